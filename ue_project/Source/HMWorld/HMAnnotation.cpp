#include "HMAnnotation.h"

#include "Components/InstancedStaticMeshComponent.h"
#include "Components/MeshComponent.h"
#include "Components/PrimitiveComponent.h"
#include "Components/SkeletalMeshComponent.h"
#include "Components/StaticMeshComponent.h"
#include "Engine/World.h"
#include "EngineUtils.h"
#include "GameFramework/Actor.h"
#include "HMWorld.h"
#include "UObject/Package.h"

namespace
{
UClass* AnnotationClass()
{
	return FindObject<UClass>(nullptr, TEXT("/Script/UnrealCV.AnnotationComponent"));
}

/** Marks the annotations that are ours. */
const TCHAR* const OwnTag = TEXT("HMWorld");

/** Whether a mesh has an annotation of ours. One of the plugin's is removed: its colour may be that of a subject. */
bool HasOurAnnotation(const UMeshComponent& Mesh, const UClass& Annotation)
{
	bool bOurs = false;
	const TArray<TObjectPtr<USceneComponent>> Children = Mesh.GetAttachChildren(); // a copy, because some may go
	for (const TObjectPtr<USceneComponent>& Child : Children)
	{
		if (Child == nullptr || !Child->IsA(&Annotation))
		{
			continue;
		}
		if (Child->ComponentHasTag(FName(OwnTag)))
		{
			bOurs = true;
		}
		else
		{
			Child->DestroyComponent();
		}
	}
	return bOurs;
}

/** The plugin's component draws a whole static or skeletal mesh; instances and other primitives it cannot. */
bool CanBeAnnotated(const UPrimitiveComponent& Primitive)
{
	const bool bMesh = Primitive.IsA<UStaticMeshComponent>() || Primitive.IsA<USkeletalMeshComponent>();
	return bMesh && !Primitive.IsA<UInstancedStaticMeshComponent>();
}

/** What is hidden must stay so: an annotation of it would not be. */
bool IsSeen(const UPrimitiveComponent& Primitive)
{
	return Primitive.IsVisible() && !Primitive.bHiddenInGame && !Primitive.GetOwner()->IsHidden();
}

/** Cameras of the plugin carry a model of a camera, which must not stand before their own lens. */
bool IsOfPlugin(const AActor& Actor)
{
	return Actor.GetClass()->GetOutermost()->GetName() == TEXT("/Script/UnrealCV");
}

bool IsSeenButUnknown(const UPrimitiveComponent& Primitive, const UClass& Annotation)
{
	return IsSeen(Primitive) && Primitive.IsRenderStateCreated() && !Primitive.IsA(&Annotation) && !CanBeAnnotated(Primitive);
}
} // namespace

bool HMAnnotation::AnnotateActor(AActor& Actor, FString& OutError)
{
	UClass* const Annotation = AnnotationClass();
	if (Annotation == nullptr)
	{
		OutError = TEXT("UnrealCV has no AnnotationComponent: is the plugin fetched, built and enabled?");
		return false;
	}
	TArray<UMeshComponent*> Meshes;
	Actor.GetComponents(Meshes);
	for (UMeshComponent* Mesh : Meshes)
	{
		if (!CanBeAnnotated(*Mesh) || !IsSeen(*Mesh) || HasOurAnnotation(*Mesh, *Annotation))
		{
			continue;
		}
		UPrimitiveComponent* const Component = NewObject<UPrimitiveComponent>(Mesh, Annotation);
		Component->ComponentTags.Add(FName(OwnTag));
		Component->SetupAttachment(Mesh);
		Component->RegisterComponent();
		Component->MarkRenderStateDirty();
	}
	return true;
}

bool HMAnnotation::AnnotateWorld(UWorld& World, FString& OutError)
{
	int32 Unknown = 0;
	for (TActorIterator<AActor> Actor(&World); Actor; ++Actor)
	{
		if (IsOfPlugin(**Actor))
		{
			continue;
		}
		if (!AnnotateActor(**Actor, OutError))
		{
			return false;
		}
		TArray<UPrimitiveComponent*> Primitives;
		Actor->GetComponents(Primitives);
		for (const UPrimitiveComponent* Primitive : Primitives)
		{
			if (IsSeenButUnknown(*Primitive, *AnnotationClass()))
			{
				++Unknown;
				UE_LOG(LogHMWorld, Verbose, TEXT("%s hides nothing in the object mask"), *Primitive->GetPathName());
			}
		}
	}
	if (Unknown > 0)
	{
		UE_LOG(LogHMWorld, Warning, TEXT("%d components (landscape, instanced foliage, ...) hide nothing in UnrealCV's object mask"), Unknown);
	}
	return true;
}

void HMAnnotation::FollowPose(const UMeshComponent& Mesh)
{
	const UClass* const Annotation = AnnotationClass();
	for (const TObjectPtr<USceneComponent>& Child : Mesh.GetAttachChildren())
	{
		if (Annotation != nullptr && Child != nullptr && Child->IsA(Annotation))
		{
			Child->UpdateBounds();
			Child->MarkRenderStateDirty();
		}
	}
}
