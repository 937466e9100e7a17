#pragma once

#include "CoreMinimal.h"

class UWorld;

/** Lets time pass while the game is paused. */
namespace HMStepper
{
/**
 * Advance the clock that materials see: foliage in the wind, water, moving textures. What is simulated tick by tick (particles, cloth,
 * physics) stays as it is, because nothing ticks while paused.
 */
void Advance(UWorld& World, double Seconds);
} // namespace HMStepper
