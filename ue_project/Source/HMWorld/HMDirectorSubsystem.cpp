#include "HMDirectorSubsystem.h"

#include "Engine/World.h"
#include "HMDirector.h"
#include "HMWorld.h"

void UHMDirectorSubsystem::OnWorldBeginPlay(UWorld& InWorld)
{
	Super::OnWorldBeginPlay(InWorld);
	FActorSpawnParameters Parameters;
	// `vbp` finds objects of the running world by name. The class has the same one, but belongs to no world.
	Parameters.Name = FName(TEXT("HMDirector"));
	Parameters.NameMode = FActorSpawnParameters::ESpawnActorNameMode::Required_ReturnNull;
	if (InWorld.SpawnActor<AHMDirector>(Parameters) == nullptr)
	{
		UE_LOG(LogHMWorld, Error, TEXT("HMDirector cannot be spawned: is there an actor of this name in the map?"));
	}
}

bool UHMDirectorSubsystem::DoesSupportWorldType(const EWorldType::Type WorldType) const
{
	return WorldType == EWorldType::Game || WorldType == EWorldType::PIE;
}
