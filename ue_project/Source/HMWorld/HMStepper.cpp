#include "HMStepper.h"

#include "Engine/World.h"

void HMStepper::Advance(UWorld& World, double Seconds)
{
	// A paused world draws with these, but adds nothing to them.
	World.TimeSeconds += Seconds;
	World.UnpausedTimeSeconds += Seconds;
	World.DeltaTimeSeconds = static_cast<float>(Seconds);
}
