#include "HMAnimInstance.h"

#include "Animation/AnimInstanceProxy.h"
#include "Animation/AnimNodeBase.h"
#include "Animation/AnimSequence.h"
#include "Animation/AnimationPoseData.h"
#include "AnimationRuntime.h"

namespace
{
/** Evaluates a sample. The engine asks it on whichever thread it likes, so it works on a copy that is taken before each update. */
struct FHMAnimProxy final : public FAnimInstanceProxy
{
	explicit FHMAnimProxy(UAnimInstance* Instance) : FAnimInstanceProxy(Instance)
	{
	}

	virtual void PreUpdate(UAnimInstance* Instance, float DeltaSeconds) override
	{
		FAnimInstanceProxy::PreUpdate(Instance, DeltaSeconds);
		Sample = CastChecked<UHMAnimInstance>(Instance)->GetSample();
	}

	virtual bool Evaluate(FPoseContext& Output) override
	{
		Output.ResetToRefPose();
		if (Sample.Idle == nullptr || Sample.Gait == nullptr)
		{
			return true;
		}
		FPoseContext Standing(this);
		FPoseContext Moving(this);
		Pose(*Sample.Idle, Sample.IdleSeconds, Standing);
		Pose(*Sample.Gait, Sample.GaitSeconds, Moving);
		const FAnimationPoseData One(Standing);
		const FAnimationPoseData Two(Moving);
		FAnimationPoseData Result(Output);
		// The weight is that of the first pose.
		FAnimationRuntime::BlendTwoPosesTogether(One, Two, 1.0f - Sample.GaitWeight, Result);
		return true;
	}

private:
	static void Pose(const UAnimSequence& Sequence, double Seconds, FPoseContext& Context)
	{
		Context.ResetToRefPose();
		FAnimationPoseData Data(Context);
		// With root motion taken out: where the subject is, is commanded.
		Sequence.GetAnimationPose(Data, FAnimExtractContext(Seconds, true));
	}

	FHMAnimSample Sample;
};
} // namespace

void UHMAnimInstance::SetAnimations(UAnimSequence* InIdle, UAnimSequence* InGait)
{
	IdleAnimation = InIdle;
	GaitAnimation = InGait;
}

void UHMAnimInstance::SetTimes(double IdleSeconds, double GaitSeconds, float GaitWeight)
{
	IdleTime = IdleSeconds;
	GaitTime = GaitSeconds;
	Weight = GaitWeight;
}

FHMAnimSample UHMAnimInstance::GetSample() const
{
	return {IdleAnimation, GaitAnimation, IdleTime, GaitTime, Weight};
}

FAnimInstanceProxy* UHMAnimInstance::CreateAnimInstanceProxy()
{
	return new FHMAnimProxy(this);
}
