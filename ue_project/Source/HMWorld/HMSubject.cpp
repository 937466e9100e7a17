#include "HMSubject.h"

#include "Animation/AnimSequence.h"
#include "Components/SceneComponent.h"
#include "Components/SkeletalMeshComponent.h"
#include "ContentStreaming.h"
#include "Engine/AssetManager.h"
#include "Engine/SkeletalMesh.h"
#include "Engine/StreamableManager.h"
#include "HMAnimInstance.h"
#include "HMAnnotation.h"
#include "HMAssets.h"
#include "Rendering/SkeletalMeshLODRenderData.h"
#include "Rendering/SkeletalMeshRenderData.h"
#include "SkeletalRenderPublic.h"
#if WITH_EDITOR
#include "AssetCompilingManager.h"
#endif

namespace
{
/** A clip lasts longer than it takes to stream anything; after this long without being asked for again, detail may be dropped. */
constexpr float ResidentSeconds = 36000.0f;

/** A time of the wire within an animation: the share of the cycle, stretched to the asset's own length. */
double TimeInSequence(double Seconds, double CycleSeconds, const UAnimSequence& Sequence)
{
	const double Cycles = Seconds / CycleSeconds;
	return (Cycles - FMath::FloorToDouble(Cycles)) * static_cast<double>(Sequence.GetPlayLength());
}
} // namespace

AHMSubject::AHMSubject()
{
	PrimaryActorTick.bCanEverTick = false;
	SetRootComponent(CreateDefaultSubobject<USceneComponent>(TEXT("Root")));
	RootComponent->SetMobility(EComponentMobility::Movable);

	Body = CreateDefaultSubobject<USkeletalMeshComponent>(TEXT("Body"));
	Body->SetupAttachment(RootComponent);
	Body->PrimaryComponentTick.bStartWithTickEnabled = false;
	// Whether it was on the player's screen must not matter.
	Body->VisibilityBasedAnimTickOption = EVisibilityBasedAnimTickOption::AlwaysTickPoseAndRefreshBones;
	Body->bEnableUpdateRateOptimizations = false;
	Body->SetForcedLOD(1); // counts from 1: the finest
	Body->SetCollisionEnabled(ECollisionEnabled::NoCollision);
	// Bounds from the physics asset may be smaller than the pose; what is culled by them would be missing from pictures.
	Body->SetBoundsScale(2.0f);
}

bool AHMSubject::Assemble(const FHMSubjectAssets& Assets, const FString& GaitName, double Scale, float TimeoutSeconds, FString& OutError)
{
	if (!LoadAssets(Assets, GaitName, TimeoutSeconds, OutError) || !FindBones(Assets, OutError))
	{
		return false;
	}
	SetActorScale3D(FVector(Scale));
	Body->SetRelativeRotation(FRotator(0.0, Assets.ForwardYaw, 0.0));
	Body->SetAnimInstanceClass(UHMAnimInstance::StaticClass());
	if (Animation() == nullptr)
	{
		OutError = FString::Printf(TEXT("%s: its animation cannot be started; has the mesh a skeleton?"), *Assets.Mesh.ToString());
		return false;
	}
	Animation()->SetAnimations(IdleSequence, GaitSequence);
	if (!HMAnnotation::AnnotateActor(*this, OutError) || !WaitUntilResident(TimeoutSeconds, OutError))
	{
		return false;
	}
	SetPose(FHMPose());
	FBox Box;
	return PosedBox(Box, OutError); // now rather than at the first frame
}

bool AHMSubject::LoadAssets(const FHMSubjectAssets& Assets, const FString& GaitName, float TimeoutSeconds, FString& OutError)
{
	const FHMGaitAssets* const Idle = Assets.Gaits.Find(TEXT("idle"));
	const FHMGaitAssets* const Gait = Assets.Gaits.Find(GaitName);
	if (Idle == nullptr || Gait == nullptr)
	{
		TArray<FString> Known;
		Assets.Gaits.GetKeys(Known);
		OutError = FString::Printf(TEXT("No gait '%s' here; known: %s"), *GaitName, *FString::Join(Known, TEXT(",")));
		return false;
	}
	TArray<FSoftObjectPath> Paths;
	Paths.Add(Assets.Mesh);
	Paths.Add(Idle->Animation);
	Paths.Add(Gait->Animation);
	const TSharedPtr<FStreamableHandle> Handle = UAssetManager::GetStreamableManager().RequestAsyncLoad(MoveTemp(Paths));
	if (!Handle.IsValid())
	{
		OutError = FString::Printf(TEXT("%s or its animations are no assets of this project"), *Assets.Mesh.ToString());
		return false;
	}
	Handle->WaitUntilComplete(TimeoutSeconds);
	if (!Handle->HasLoadCompleted())
	{
		OutError = FString::Printf(TEXT("%s was not loaded within %.0f s"), *Assets.Mesh.ToString(), static_cast<double>(TimeoutSeconds));
		return false;
	}
	USkeletalMesh* const Mesh = Cast<USkeletalMesh>(Assets.Mesh.ResolveObject());
	IdleSequence = Cast<UAnimSequence>(Idle->Animation.ResolveObject());
	GaitSequence = Cast<UAnimSequence>(Gait->Animation.ResolveObject());
	if (Mesh == nullptr || IdleSequence == nullptr || GaitSequence == nullptr)
	{
		OutError = FString::Printf(TEXT("%s is no skeletal mesh, or %s or %s no animation sequence; are they cooked?"), *Assets.Mesh.ToString(),
			*Idle->Animation.ToString(), *Gait->Animation.ToString());
		return false;
	}
	IdleCycleSeconds = Idle->CycleSeconds;
	GaitCycleSeconds = Gait->CycleSeconds;
	Body->SetSkeletalMeshAsset(Mesh);
	return true;
}

bool AHMSubject::WaitUntilResident(float TimeoutSeconds, FString& OutError)
{
#if WITH_EDITOR
	// Shaders and meshes that are still being compiled would be drawn as grey stand-ins.
	FAssetCompilingManager::Get().FinishAllCompilation();
#endif
	Body->GetSkeletalMeshAsset()->SetForceMipLevelsToBeResident(ResidentSeconds);
	PrestreamTextures(ResidentSeconds, true);
	const int32 Pending = IStreamingManager::Get().StreamAllResources(TimeoutSeconds);
	if (Pending > 0)
	{
		OutError = FString::Printf(TEXT("%d textures or meshes were not streamed in within %.0f s"), Pending, static_cast<double>(TimeoutSeconds));
		return false;
	}
	return true;
}

bool AHMSubject::FindBones(const FHMSubjectAssets& Assets, FString& OutError)
{
	Bones.Reset(Assets.Joints.Num());
	for (const FHMJoint& Joint : Assets.Joints)
	{
		if (Body->GetBoneIndex(Joint.Bone) == INDEX_NONE)
		{
			OutError = FString::Printf(
				TEXT("%s has no bone %s for joint %s"), *Assets.Mesh.ToString(), *Joint.Bone.ToString(), *Joint.Name);
			return false;
		}
		Bones.Add(Joint.Bone);
	}
	return true;
}

UHMAnimInstance* AHMSubject::Animation() const
{
	return Cast<UHMAnimInstance>(Body->GetAnimInstance());
}

void AHMSubject::SetPose(const FHMPose& Pose)
{
	SetActorLocationAndRotation(Pose.Location, Pose.Rotation, false, nullptr, ETeleportType::TeleportPhysics);
	Animation()->SetTimes(TimeInSequence(Pose.IdleSeconds, IdleCycleSeconds, *IdleSequence),
		TimeInSequence(Pose.GaitSeconds, GaitCycleSeconds, *GaitSequence), static_cast<float>(Pose.GaitWeight));
	// Without a tick function to come back to, the skeleton is evaluated here and now.
	Body->TickAnimation(0.0f, false);
	Body->RefreshBoneTransforms();
	Body->RefreshFollowerComponents();
	Body->UpdateComponentToWorld();
	Body->FinalizeBoneTransform();
	Body->UpdateBounds();
	Body->MarkRenderTransformDirty();
	Body->MarkRenderDynamicDataDirty();
	HMAnnotation::FollowPose(*Body);
}

TArray<FVector> AHMSubject::JointLocations() const
{
	TArray<FVector> Locations;
	Locations.Reserve(Bones.Num());
	for (const FName Bone : Bones)
	{
		Locations.Add(Body->GetSocketLocation(Bone)); // a bone is a socket too
	}
	return Locations;
}

bool AHMSubject::PosedBox(FBox& OutBox, FString& OutError) const
{
#if !WITH_EDITOR
	// A cooked mesh has its vertices on the GPU only, unless it was asked to keep them.
	const FSkeletalMeshLODInfo* const Info = Body->GetSkeletalMeshAsset()->GetLODInfo(0);
	if (Info == nullptr || !Info->bAllowCPUAccess)
	{
		OutError = FString::Printf(TEXT("%s: tick Allow CPU Access of its LOD 0 and package anew"), *Body->GetSkeletalMeshAsset()->GetPathName());
		return false;
	}
#endif
	FSkeletalMeshRenderData* const RenderData = Body->GetSkeletalMeshRenderData();
	FSkinWeightVertexBuffer* const Weights = Body->GetSkinWeightBuffer(0);
	if (RenderData == nullptr || RenderData->LODRenderData.Num() == 0 || Weights == nullptr)
	{
		OutError = TEXT("The mesh has no render data to measure");
		return false;
	}
	TArray<FMatrix44f> Matrices;
	TArray<FVector3f> Vertices;
	Body->GetCurrentRefToLocalMatrices(Matrices, 0);
	USkinnedMeshComponent::ComputeSkinnedPositions(Body, Vertices, Matrices, RenderData->LODRenderData[0], *Weights);
	if (Vertices.Num() == 0)
	{
		OutError = TEXT("The mesh has no vertices to measure");
		return false;
	}
	const FTransform Root(GetActorRotation(), GetActorLocation()); // without the scale, which belongs into the box
	const FTransform ToWorld = Body->GetComponentTransform();
	OutBox = FBox(ForceInit);
	for (const FVector3f& Vertex : Vertices)
	{
		OutBox += Root.InverseTransformPosition(ToWorld.TransformPosition(FVector(Vertex)));
	}
	return true;
}
