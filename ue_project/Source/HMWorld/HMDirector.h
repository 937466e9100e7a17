#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "HMAssets.h"
#include "HMStage.h"
#include "HMDirector.generated.h"

class AHMBox;
class AHMLook;
class AHMSilhouette;
class AHMSubject;

/**
 * The actor that `vbp HMDirector <Function> <arguments>` calls; the table in hmworld/protocol/director.py is its contract, and a test
 * compares the two. One UFUNCTION a row; what `vbp` of UnrealCV 5.2 makes of it decides the signatures:
 *
 * - Arguments are passed by position and parsed as text. They are FString by value: the plugin skips reference parameters when it
 *   fills in arguments, and takes each for a reply.
 * - Replies are the out-parameters, answered as one JSON object of strings under their own names. So they are FString&, named exactly
 *   as in the table. A packaged game may answer them with other capitals: names there have the case in which the engine used them first.
 * - An argument whose name is also a reply's is written in_<name>; names of arguments are never sent.
 * - `vbp` itself cannot answer an error of ours. A refused call answers `error <message>` in its first reply and leaves the others
 *   empty. Replies of a call that was made are never all empty; those of a call that the plugin could not make are.
 *
 * A subsystem spawns it under the name HMDirector when a game begins (HMDirectorSubsystem.h). All lengths are cm, all angles degrees, in
 * Unreal's axes.
 */
UCLASS(NotPlaceable, Transient)
class AHMDirector : public AActor
{
	GENERATED_BODY()

public:
	/** DIRECTOR_VERSION of the table. */
	static constexpr const TCHAR* DirectorVersion = TEXT("3");

	AHMDirector();

	/** Version of the table, name and build of the engine, and the functions there are. */
	UFUNCTION()
	void Capabilities(FString& director, FString& engine, FString& build, FString& functions);

	/** Make a scene current and drop all subjects. Refused when its card has another digest. */
	UFUNCTION()
	void LoadStage(FString in_scene, FString card_sha256, FString center, FString& scene);

	/** Sun, sky, fog, exposure and lamps: 17 numbers. */
	UFUNCTION()
	void SetLook(FString in_look, FString& look);

	/** Spawn a subject with its idle and a gait, and wait until it can be drawn. Refused when its motion has another digest. */
	UFUNCTION()
	void SpawnSubject(FString in_object, FString subject, FString gait, FString scale, FString motion_sha256, FString& object, FString& joints);

	/** Spawn a box to measure with: centre, rotation and edges, nine numbers. */
	UFUNCTION()
	void SpawnBox(FString in_object, FString box, FString& object);

	/** Destroy all spawned subjects and boxes; answers how many. */
	UFUNCTION()
	void ClearSubjects(FString& cleared);

	/** Pose all subjects at once, in the order of spawning: nine numbers each. Refused as a whole: either all move or none. */
	UFUNCTION()
	void SetSubjects(FString poses, FString& subjects);

	/** World positions of a subject's joints. */
	UFUNCTION()
	void Bones(FString object, FString& bones);

	/** Box of a subject's posed mesh in its root's axes. */
	UFUNCTION()
	void PosedBounds(FString object, FString& box);

	/** Pixels of a camera that a subject alone covers, and their box. */
	UFUNCTION()
	void SoloSilhouette(FString camera, FString object, FString& pixels, FString& box);

	/** Set up the cameras for captures, then draw and throw away so many pictures of each. */
	UFUNCTION()
	void WarmUp(FString in_frames, FString& frames);

	/** Advance the world's clock while paused. The earlier instant of optical flow is the renderer's affair here: see the README. */
	UFUNCTION()
	void Step(FString in_seconds, FString& seconds);

protected:
	virtual void BeginPlay() override;

private:
	bool TryLoadStage(const FString& Scene, const FString& CardSha256, const FString& Center, FString& OutError);
	bool TrySetLook(const FString& Token, FString& OutError);
	AHMSubject* TrySpawn(const FString& Name, const FString& Subject, const FString& Gait, const FString& Scale, const FString& MotionSha256,
		FString& OutJoints, FString& OutError);
	bool TrySetSubjects(const FString& Poses, FString& OutError);
	bool TryCount(const FString& Camera, const FString& Name, int32& OutPixels, FIntRect& OutBox, FString& OutError);
	bool TryWarmUp(const FString& Frames, FString& OutError);
	AHMSubject* FindSubject(const FString& Name, FString& OutError) const;
	int32 DestroySubjects();

	UPROPERTY()
	TObjectPtr<AHMLook> LookRig;

	UPROPERTY()
	TObjectPtr<AHMSilhouette> SilhouetteRig;

	UPROPERTY()
	TArray<TObjectPtr<AHMSubject>> SpawnedSubjects;

	UPROPERTY()
	TArray<TObjectPtr<AHMBox>> SpawnedBoxes;

	FHMAssets Catalog;
	FHMStage Stage;
	/** Lamps of the current scene, by name; empty means all. */
	TArray<FString> LampNames;
};
