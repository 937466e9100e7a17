#include "HMBox.h"

#include "Components/StaticMeshComponent.h"
#include "Engine/StaticMesh.h"
#include "Engine/World.h"
#include "HMActors.h"
#include "HMAnnotation.h"
#include "HMText.h"
#include "UObject/ConstructorHelpers.h"

namespace
{
/** The engine's cube has edges of 1 m, about its centre. */
constexpr double CubeEdgeCm = 100.0;
constexpr double MinEdgeCm = 1.0;
constexpr double MaxEdgeCm = 100000.0;
} // namespace

AHMBox::AHMBox()
{
	PrimaryActorTick.bCanEverTick = false;
	Shape = CreateDefaultSubobject<UStaticMeshComponent>(TEXT("Shape"));
	SetRootComponent(Shape);
	Shape->SetMobility(EComponentMobility::Movable);
	Shape->SetCollisionEnabled(ECollisionEnabled::NoCollision);
	// Found in a constructor, so that a packaged game has it.
	static ConstructorHelpers::FObjectFinder<UStaticMesh> Cube(TEXT("/Engine/BasicShapes/Cube.Cube"));
	Shape->SetStaticMesh(Cube.Object);
}

AHMBox* AHMBox::Spawn(UWorld& World, const FString& Name, const FString& Box, FString& OutError)
{
	TArray<double> V;
	if (!HMText::ParseNumbers(Box, 9, V, OutError))
	{
		return nullptr;
	}
	const FVector Edges(V[6], V[7], V[8]);
	if (FMath::Min(Edges.X, FMath::Min(Edges.Y, Edges.Z)) < MinEdgeCm || FMath::Max(Edges.X, FMath::Max(Edges.Y, Edges.Z)) > MaxEdgeCm)
	{
		OutError = FString::Printf(TEXT("Argument Invalid: edges must be %.0f to %.0f cm"), MinEdgeCm, MaxEdgeCm);
		return nullptr;
	}
	if (!HMText::IsObjectName(Name))
	{
		OutError = TEXT("Argument Invalid: a name is letters, digits, _ and -, at most 100 of them");
		return nullptr;
	}
	AHMBox* const Spawned = World.SpawnActor<AHMBox>(HMActors::Named(Name));
	if (Spawned == nullptr)
	{
		OutError = FString::Printf(TEXT("Failed to spawn %s, object exists."), *Name);
		return nullptr;
	}
	Spawned->SetActorScale3D(FVector(Edges.X / CubeEdgeCm, Edges.Y / CubeEdgeCm, Edges.Z / CubeEdgeCm));
	const FRotator Rotation(V[3], V[4], V[5]);
	Spawned->SetActorLocationAndRotation(FVector(V[0], V[1], V[2]), Rotation, false, nullptr, ETeleportType::TeleportPhysics);
	if (!HMAnnotation::AnnotateActor(*Spawned, OutError))
	{
		HMActors::FreeNameAndDestroy(*Spawned);
		return nullptr;
	}
	return Spawned;
}
