// Declarations for tests, written by hmworld: what ue_project uses of Unreal's objects, actors and worlds. See README.md in this folder.
#pragma once

#include "core.h"

#define UCLASS(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
// The test writes X.generated.h with one HM_GENERATED_<line> a class, as Unreal's header tool does.
#define HM_JOIN_NOW(A, B) A##B
#define HM_JOIN(A, B) HM_JOIN_NOW(A, B)
#define GENERATED_BODY() HM_JOIN(HM_GENERATED_, __LINE__)

class UClass;
class UFunction;
class UPackage;
class UWorld;
class AActor;
enum ERenameFlags { REN_None, REN_DontCreateRedirectors };

class UObject
{
public:
	virtual ~UObject() = default;
	static UClass* StaticClass();
	UClass* GetClass() const;
	FString GetName() const;
	FString GetPathName() const;
	UPackage* GetOutermost() const;
	virtual UWorld* GetWorld() const;
	bool IsA(const UClass*) const;
	template <typename T> bool IsA() const;
	virtual void ProcessEvent(UFunction*, void*);
	virtual bool Rename(const TCHAR* NewName = nullptr, UObject* NewOuter = nullptr, ERenameFlags Flags = REN_None);
	template <typename T> T* CreateDefaultSubobject(const TCHAR*);
};
class UPackage : public UObject {};
class UFunction : public UObject
{
public:
	uint16 ParmsSize;
};
class UClass : public UObject
{
public:
	UFunction* FindFunctionByName(const TCHAR*) const;
	UObject* GetDefaultObject() const;
};

template <typename To, typename From>
To* Cast(From*);
template <typename To, typename From>
To* CastChecked(From*);
template <typename T>
T* NewObject(UObject* Outer);
template <typename T>
T* NewObject(UObject* Outer, UClass* Class);
template <typename T>
T* FindObject(UObject* Outer, const TCHAR* Name);

struct FProperty {};
struct FObjectProperty : FProperty { UObject* GetObjectPropertyValue_InContainer(const void*) const; };
struct FBoolProperty : FProperty { void SetPropertyValue_InContainer(void*, bool) const; };
template <typename T>
T* FindFProperty(const UClass*, const TCHAR*);

template <typename T>
class TObjectIterator
{
public:
	explicit operator bool() const;
	void operator++();
	T* operator*() const;
	T* operator->() const;
};
template <typename T>
class TActorIterator
{
public:
	explicit TActorIterator(const UWorld*);
	explicit operator bool() const;
	void operator++();
	T* operator*() const;
	T* operator->() const;
};

class FSoftObjectPath
{
public:
	FSoftObjectPath() = default;
	explicit FSoftObjectPath(const FString&);
	FString ToString() const;
	UObject* ResolveObject() const;
};
struct FStreamableHandle
{
	int WaitUntilComplete(float Timeout = 0.0f, bool bStartStalledHandles = true);
	bool HasLoadCompleted() const;
};
struct FStreamableManager { TSharedPtr<FStreamableHandle> RequestAsyncLoad(TArray<FSoftObjectPath>); };
class UAssetManager : public UObject
{
public:
	static FStreamableManager& GetStreamableManager();
};
class FAssetCompilingManager
{
public:
	static FAssetCompilingManager& Get();
	void FinishAllCompilation();
};
class IStreamingManager
{
public:
	static IStreamingManager& Get();
	int32 StreamAllResources(float TimeLimit = 0.0f);
};

// -- Actors and components -------------------------------------------------------------------------------------------

namespace EComponentMobility { enum Type { Static, Stationary, Movable }; }
namespace ECollisionEnabled { enum Type { NoCollision }; }
enum class ETeleportType : uint8 { None, TeleportPhysics };
struct FHitResult {};
struct FTickFunction
{
	bool bCanEverTick, bStartWithTickEnabled;
};

class UActorComponent : public UObject
{
public:
	FTickFunction PrimaryComponentTick;
	AActor* GetOwner() const;
	void RegisterComponent();
	void MarkRenderStateDirty();
	void MarkRenderTransformDirty();
	void MarkRenderDynamicDataDirty();
	bool IsRenderStateCreated() const;
	bool ComponentHasTag(FName) const;
	void DestroyComponent(bool bPromoteChildren = false);
	TArray<FName> ComponentTags;
};
class USceneComponent : public UActorComponent
{
public:
	void SetupAttachment(USceneComponent*);
	const TArray<TObjectPtr<USceneComponent>>& GetAttachChildren() const;
	void SetMobility(EComponentMobility::Type);
	void SetVisibility(bool);
	bool IsVisible() const;
	bool bHiddenInGame;
	void UpdateBounds();
	void UpdateComponentToWorld();
	void SetRelativeRotation(FRotator);
	void SetWorldRotation(FRotator);
	void SetWorldLocationAndRotation(FVector, FRotator);
	FVector GetComponentLocation() const;
	FRotator GetComponentRotation() const;
	const FTransform& GetComponentTransform() const;
	FVector GetSocketLocation(FName) const;
};

class AActor : public UObject
{
public:
	static UClass* StaticClass();
	FTickFunction PrimaryActorTick;
	bool SetRootComponent(USceneComponent*);
	bool SetActorLocation(const FVector&, bool bSweep = false, FHitResult* = nullptr, ETeleportType = ETeleportType::None);
	bool SetActorLocationAndRotation(FVector, FRotator, bool bSweep = false, FHitResult* = nullptr, ETeleportType = ETeleportType::None);
	void SetActorScale3D(FVector);
	FVector GetActorLocation() const;
	FRotator GetActorRotation() const;
	bool Destroy();
	bool IsHidden() const;
	void SetActorHiddenInGame(bool);
	void SetActorEnableCollision(bool);
	virtual void PrestreamTextures(float Seconds, bool bEnableStreaming, int32 CinematicTextureGroups = 0);
	template <typename T> void GetComponents(TArray<T*>&) const;

protected:
	virtual void BeginPlay();
	TObjectPtr<USceneComponent> RootComponent;
};
class APawn : public AActor {};
class APlayerController : public AActor
{
public:
	APawn* GetPawn() const;
};

enum class ESpawnActorCollisionHandlingMethod : uint8 { AlwaysSpawn };
struct FActorSpawnParameters
{
	enum class ESpawnActorNameMode : uint8 { Required_ReturnNull };
	FName Name;
	ESpawnActorNameMode NameMode;
	ESpawnActorCollisionHandlingMethod SpawnCollisionHandlingOverride;
};

// -- Worlds ----------------------------------------------------------------------------------------------------------

enum class EFlushLevelStreamingType : uint8 { None, Full, Visibility };
namespace EWorldType { enum Type { None, Game, Editor, PIE }; }

class UWorld : public UObject
{
public:
	double TimeSeconds;
	double UnpausedTimeSeconds;
	float DeltaTimeSeconds;
	static FString RemovePIEPrefix(const FString&, int32* = nullptr);
	APlayerController* GetFirstPlayerController() const;
	void FlushLevelStreaming(EFlushLevelStreamingType);
	template <typename T> T* SpawnActor(const FActorSpawnParameters& = FActorSpawnParameters());
};
class UEngine : public UObject
{
public:
	void ForceGarbageCollection(bool bFullPurge);
	void BlockTillLevelStreamingCompleted(UWorld*);
};
extern UEngine* GEngine;
class ULevelStreamingDynamic : public UObject
{
public:
	static ULevelStreamingDynamic* LoadLevelInstance(UObject*, FString LevelName, FVector, FRotator, bool& bOutSuccess);
	void SetIsRequestingUnloadAndRemoval(bool);
	bool IsLevelVisible() const;
};
class UWorldSubsystem : public UObject
{
public:
	virtual void OnWorldBeginPlay(UWorld&);

protected:
	virtual bool DoesSupportWorldType(const EWorldType::Type) const;
};
