#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "HMBox.generated.h"

class UStaticMeshComponent;

/**
 * A box of known size and place, to measure the engine with (`hmworld engine check`). UnrealCV's own cube stays where it is spawned: it is an
 * actor that cannot be moved.
 */
UCLASS(NotPlaceable, Transient)
class AHMBox : public AActor
{
	GENERATED_BODY()

public:
	AHMBox();

	/** Spawn one under a name. `Box` is centre, rotation and edges, nine numbers of the wire. Null, and why not. */
	static AHMBox* Spawn(UWorld& World, const FString& Name, const FString& Box, FString& OutError);

private:
	UPROPERTY()
	TObjectPtr<UStaticMeshComponent> Shape;
};
