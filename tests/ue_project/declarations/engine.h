// Declarations for tests, written by hmworld: what ue_project uses of Unreal's meshes, animation, lights and captures. See README.md in
// this folder.
#pragma once

#include "objects.h"

// -- Meshes ----------------------------------------------------------------------------------------------------------

enum class EVisibilityBasedAnimTickOption : uint8 { AlwaysTickPoseAndRefreshBones };
class UAnimInstance;
struct FSkinWeightVertexBuffer {};
struct FSkeletalMeshLODRenderData {};
struct FSkeletalMeshRenderData { TIndirectArray<FSkeletalMeshLODRenderData> LODRenderData; };
struct FSkeletalMeshLODInfo { bool bAllowCPUAccess; };
class USkeletalMesh : public UObject
{
public:
	void SetForceMipLevelsToBeResident(float Seconds, int32 CinematicLODGroupMask = 0);
	FSkeletalMeshLODInfo* GetLODInfo(int32);
};
class UPrimitiveComponent : public USceneComponent
{
public:
	void SetBoundsScale(float);
	void SetCollisionEnabled(ECollisionEnabled::Type);
};
class UMeshComponent : public UPrimitiveComponent {};
class UStaticMesh : public UObject {};
class UStaticMeshComponent : public UMeshComponent
{
public:
	bool SetStaticMesh(UStaticMesh*);
};
namespace ConstructorHelpers
{
template <typename T> struct FObjectFinder
{
	T* Object;
	explicit FObjectFinder(const TCHAR*);
};
} // namespace ConstructorHelpers
class UInstancedStaticMeshComponent : public UStaticMeshComponent {};
class USkinnedMeshComponent : public UMeshComponent
{
public:
	EVisibilityBasedAnimTickOption VisibilityBasedAnimTickOption;
	bool bEnableUpdateRateOptimizations;
	void SetForcedLOD(int32);
	USkeletalMesh* GetSkeletalMeshAsset() const;
	FSkeletalMeshRenderData* GetSkeletalMeshRenderData() const;
	FSkinWeightVertexBuffer* GetSkinWeightBuffer(int32) const;
	int32 GetBoneIndex(FName) const;
	void RefreshFollowerComponents();
	void GetCurrentRefToLocalMatrices(TArray<FMatrix44f>&, int32) const;
	static void ComputeSkinnedPositions(USkinnedMeshComponent*, TArray<FVector3f>&, TArray<FMatrix44f>&, const FSkeletalMeshLODRenderData&,
		const FSkinWeightVertexBuffer&);
};
class USkeletalMeshComponent : public USkinnedMeshComponent
{
public:
	void SetSkeletalMeshAsset(USkeletalMesh*);
	void SetAnimInstanceClass(UClass*);
	UAnimInstance* GetAnimInstance() const;
	void TickAnimation(float DeltaTime, bool bNeedsValidRootMotion);
	void RefreshBoneTransforms(FTickFunction* = nullptr);
	void FinalizeBoneTransform();
};

// -- Animation -------------------------------------------------------------------------------------------------------

struct FAnimInstanceProxy;
struct FPoseContext
{
	explicit FPoseContext(FAnimInstanceProxy*);
	void ResetToRefPose();
};
struct FAnimationPoseData { explicit FAnimationPoseData(FPoseContext&); };
struct FAnimExtractContext { FAnimExtractContext(double InCurrentTime = 0.0, bool bInExtractRootMotion = false); };
class UAnimSequence : public UObject
{
public:
	float GetPlayLength() const;
	void GetAnimationPose(FAnimationPoseData&, const FAnimExtractContext&) const;
};
struct FAnimationRuntime
{
	static void BlendTwoPosesTogether(const FAnimationPoseData&, const FAnimationPoseData&, float WeightOfPoseOne, FAnimationPoseData&);
};
class UAnimInstance : public UObject
{
protected:
	virtual FAnimInstanceProxy* CreateAnimInstanceProxy();
};
struct FAnimInstanceProxy
{
	explicit FAnimInstanceProxy(UAnimInstance*);
	virtual ~FAnimInstanceProxy() = default;
	virtual void PreUpdate(UAnimInstance*, float DeltaSeconds);
	virtual bool Evaluate(FPoseContext&);
};

// -- Lights ----------------------------------------------------------------------------------------------------------

class ULightComponentBase : public USceneComponent
{
public:
	float Intensity;
};
class ULightComponent : public ULightComponentBase
{
public:
	void SetIntensity(float);
	void SetLightColor(FLinearColor, bool bSRGB = true);
};
class ULocalLightComponent : public ULightComponent {};
class UDirectionalLightComponent : public ULightComponent
{
public:
	void SetAtmosphereSunLight(bool);
};
class USkyLightComponent : public ULightComponentBase
{
public:
	bool bRealTimeCapture, bLowerHemisphereIsBlack;
	void SetIntensity(float);
	void SetLightColor(FLinearColor);
	void SetLowerHemisphereColor(const FLinearColor&);
};
class USkyAtmosphereComponent : public USceneComponent
{
public:
	void SetSkyLuminanceFactor(FLinearColor);
	void SetGroundAlbedo(const FColor&);
};
class UVolumetricCloudComponent : public USceneComponent
{
};
class UExponentialHeightFogComponent : public USceneComponent
{
public:
	void SetFogDensity(float);
	void SetFogHeightFalloff(float);
	void SetFogInscatteringColor(FLinearColor);
};

// -- Captures --------------------------------------------------------------------------------------------------------

enum EAutoExposureMethod : int { AEM_Histogram, AEM_Basic, AEM_Manual };
namespace EDynamicGlobalIlluminationMethod { enum Type { None, Lumen }; }
namespace EReflectionMethod { enum Type { None, Lumen }; }
template <typename T>
struct TEnumAsByte
{
	TEnumAsByte& operator=(T);
};
struct FPostProcessSettings
{
	bool bOverride_AutoExposureMethod, bOverride_AutoExposureApplyPhysicalCameraExposure, bOverride_AutoExposureBias;
	bool bOverride_DynamicGlobalIlluminationMethod, bOverride_ReflectionMethod;
	bool bOverride_MotionBlurAmount, bOverride_VignetteIntensity, bOverride_BloomIntensity;
	bool bOverride_FilmGrainIntensity, bOverride_SceneFringeIntensity, bOverride_LensFlareIntensity, bOverride_DepthOfFieldFocalDistance;
	bool bOverride_LocalExposureHighlightContrastScale, bOverride_LocalExposureShadowContrastScale, bOverride_LocalExposureDetailStrength;
	bool AutoExposureApplyPhysicalCameraExposure;
	TEnumAsByte<EAutoExposureMethod> AutoExposureMethod;
	TEnumAsByte<EDynamicGlobalIlluminationMethod::Type> DynamicGlobalIlluminationMethod;
	TEnumAsByte<EReflectionMethod::Type> ReflectionMethod;
	float AutoExposureBias, MotionBlurAmount, VignetteIntensity, BloomIntensity;
	float FilmGrainIntensity, SceneFringeIntensity, LensFlareIntensity, DepthOfFieldFocalDistance;
	float LocalExposureHighlightContrastScale, LocalExposureShadowContrastScale, LocalExposureDetailStrength;
};
struct FEngineShowFlags
{
	void SetAntiAliasing(bool);
	void SetTemporalAA(bool);
	void SetMotionBlur(bool);
	void SetLighting(bool);
	void SetFog(bool);
	void SetAtmosphere(bool);
};
enum class ESceneCapturePrimitiveRenderMode : uint8 { PRM_UseShowOnlyList };
enum ESceneCaptureSource : int { SCS_SceneDepth };
enum ETextureRenderTargetFormat : int { RTF_RGBA16f, RTF_RGBA32f };
class FTextureRenderTargetResource
{
public:
	bool ReadLinearColorPixels(TArray<FLinearColor>&);
};
class UTextureRenderTarget2D : public UObject
{
public:
	int32 SizeX, SizeY;
	TEnumAsByte<ETextureRenderTargetFormat> RenderTargetFormat;
	void InitAutoFormat(uint32, uint32);
	void UpdateResourceImmediate(bool bClearRenderTarget = true);
	FTextureRenderTargetResource* GameThread_GetRenderTargetResource();
};
class USceneCaptureComponent2D : public USceneComponent
{
public:
	bool bCaptureEveryFrame, bCaptureOnMovement, bAlwaysPersistRenderingState;
	ESceneCapturePrimitiveRenderMode PrimitiveRenderMode;
	TEnumAsByte<ESceneCaptureSource> CaptureSource;
	FEngineShowFlags ShowFlags;
	TArray<TObjectPtr<AActor>> ShowOnlyActors;
	float FOVAngle, PostProcessBlendWeight;
	FPostProcessSettings PostProcessSettings;
	TObjectPtr<UTextureRenderTarget2D> TextureTarget;
	void ClearShowOnlyComponents();
	void CaptureScene();
};
void FlushRenderingCommands();
