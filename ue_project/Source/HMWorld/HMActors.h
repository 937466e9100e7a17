#pragma once

#include "CoreMinimal.h"
#include "Engine/World.h"

class AActor;

/** Actors under names that clients choose, and use again. */
namespace HMActors
{
/** To spawn an actor wherever it is asked for, under this name or not at all. */
FActorSpawnParameters Named(const FString& Name);

/** Destroy an actor and free its name: a destroyed one keeps it until it is collected, and the next clip uses the same names. */
void FreeNameAndDestroy(AActor& Actor);
} // namespace HMActors
