#include "HMActors.h"

#include "GameFramework/Actor.h"

FActorSpawnParameters HMActors::Named(const FString& Name)
{
	FActorSpawnParameters Parameters;
	Parameters.Name = FName(*Name);
	Parameters.NameMode = FActorSpawnParameters::ESpawnActorNameMode::Required_ReturnNull;
	Parameters.SpawnCollisionHandlingOverride = ESpawnActorCollisionHandlingMethod::AlwaysSpawn;
	return Parameters;
}

void HMActors::FreeNameAndDestroy(AActor& Actor)
{
	Actor.Rename(nullptr, nullptr, REN_DontCreateRedirectors);
	Actor.Destroy();
}
