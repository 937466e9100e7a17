#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "HMSubject.generated.h"

class UAnimSequence;
class UHMAnimInstance;
class USkeletalMeshComponent;
struct FHMSubjectAssets;

/** What SetSubjects commands of one subject. */
struct FHMPose
{
	FVector Location = FVector::ZeroVector;
	FRotator Rotation = FRotator::ZeroRotator;
	double GaitSeconds = 0.0;
	double IdleSeconds = 0.0;
	double GaitWeight = 0.0;
};

/**
 * A person or animal. Its root stands on the ground, +X forward; the mesh is turned by its card's forward axis. It never ticks: SetPose
 * evaluates the skeleton at once, so that bones, bounds and every capture after it are of that pose, also while the game is paused.
 */
UCLASS(NotPlaceable, Transient)
class AHMSubject : public AActor
{
	GENERATED_BODY()

public:
	AHMSubject();

	/** Load mesh and animations and wait, at most `TimeoutSeconds`, until they are there at their best detail; false and why not. */
	bool Assemble(const FHMSubjectAssets& Assets, const FString& GaitName, double Scale, float TimeoutSeconds, FString& OutError);

	/** Put the root somewhere and pose the skeleton. */
	void SetPose(const FHMPose& Pose);

	/** World positions of the catalog's joints, cm. */
	TArray<FVector> JointLocations() const;

	/** Box of the posed vertices in the root's axes, relative to the root, cm, scale included; false and why not. */
	bool PosedBox(FBox& OutBox, FString& OutError) const;

private:
	bool LoadAssets(const FHMSubjectAssets& Assets, const FString& GaitName, float TimeoutSeconds, FString& OutError);
	bool WaitUntilResident(float TimeoutSeconds, FString& OutError);
	bool FindBones(const FHMSubjectAssets& Assets, FString& OutError);
	UHMAnimInstance* Animation() const;

	UPROPERTY()
	TObjectPtr<USkeletalMeshComponent> Body;

	UPROPERTY()
	TObjectPtr<UAnimSequence> IdleSequence;

	UPROPERTY()
	TObjectPtr<UAnimSequence> GaitSequence;

	TArray<FName> Bones;
	double IdleCycleSeconds = 1.0;
	double GaitCycleSeconds = 1.0;
};
