#pragma once

#include "CoreMinimal.h"
#include "Animation/AnimInstance.h"
#include "HMAnimInstance.generated.h"

class UAnimSequence;

/** Two animations at exact times and how much of the gait there is in the pose (0 to 1). */
struct FHMAnimSample
{
	UAnimSequence* Idle = nullptr;
	UAnimSequence* Gait = nullptr;
	double IdleSeconds = 0.0;
	double GaitSeconds = 0.0;
	float GaitWeight = 0.0f;
};

/** Poses a skeleton as it is told, without a graph and without a clock: the same sample is always the same pose. */
UCLASS(Transient)
class UHMAnimInstance : public UAnimInstance
{
	GENERATED_BODY()

public:
	/** Which animations are blended. */
	void SetAnimations(UAnimSequence* InIdle, UAnimSequence* InGait);

	/** Times within the animations' own lengths, and the weight of the gait; seen at the next refresh of the skeleton. */
	void SetTimes(double IdleSeconds, double GaitSeconds, float GaitWeight);

	/** What the next pose is made of. */
	FHMAnimSample GetSample() const;

protected:
	virtual FAnimInstanceProxy* CreateAnimInstanceProxy() override;

private:
	UPROPERTY()
	TObjectPtr<UAnimSequence> IdleAnimation;

	UPROPERTY()
	TObjectPtr<UAnimSequence> GaitAnimation;

	double IdleTime = 0.0;
	double GaitTime = 0.0;
	float Weight = 0.0f;
};
