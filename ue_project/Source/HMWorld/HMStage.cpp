#include "HMStage.h"

#include "ContentStreaming.h"
#include "Engine/Engine.h"
#include "Engine/LevelStreamingDynamic.h"
#include "Engine/World.h"
#include "GameFramework/Pawn.h"
#include "GameFramework/PlayerController.h"
#include "HMAnnotation.h"
#include "HMAssets.h"
#include "Misc/PackageName.h"
#include "UObject/Package.h"
#if WITH_EDITOR
#include "AssetCompilingManager.h"
#endif

namespace
{
/** Where scenes are streamed into; see Config/DefaultEngine.ini. */
const TCHAR* const EmptyMap = TEXT("/Engine/Maps/Entry");

/** World partition streams about the player. He is hidden: the engine's pawn is a sphere that captures see. */
void MovePlayer(UWorld& World, const FVector& Center)
{
	const APlayerController* const Player = World.GetFirstPlayerController();
	APawn* const Pawn = Player ? Player->GetPawn() : nullptr;
	if (Pawn != nullptr)
	{
		Pawn->SetActorHiddenInGame(true);
		Pawn->SetActorEnableCollision(false);
		Pawn->SetActorLocation(Center, false, nullptr, ETeleportType::TeleportPhysics);
	}
}
} // namespace

void FHMStage::Unload(UWorld& World)
{
	if (Streamed.IsValid())
	{
		Streamed->SetIsRequestingUnloadAndRemoval(true);
		World.FlushLevelStreaming(EFlushLevelStreamingType::Full);
		GEngine->ForceGarbageCollection(true);
	}
	Streamed.Reset();
	Map.Empty();
}

bool FHMStage::Load(UWorld& World, const FHMSceneAssets& Scene, const FVector& Center, float TimeoutSeconds, FString& OutError)
{
	const FString Running = UWorld::RemovePIEPrefix(World.GetOutermost()->GetName());
	if (Scene.Map != Running && Running != EmptyMap)
	{
		// The map that a world begins with cannot be removed: both would be seen.
		OutError = FString::Printf(TEXT("The game was started on %s; start it on %s, or without a map"), *Running, *Scene.Map);
		return false;
	}
	if (Scene.Map != Map || (Scene.Map != Running && !Streamed.IsValid()))
	{
		Unload(World);
		if (Scene.Map != Running)
		{
			if (!FPackageName::DoesPackageExist(Scene.Map))
			{
				OutError = FString::Printf(TEXT("%s is no map of this project, or it is not cooked"), *Scene.Map);
				return false;
			}
			bool bStarted = false;
			Streamed = ULevelStreamingDynamic::LoadLevelInstance(&World, Scene.Map, FVector::ZeroVector, FRotator::ZeroRotator, bStarted);
			if (!bStarted || !Streamed.IsValid())
			{
				Streamed.Reset();
				OutError = FString::Printf(TEXT("%s cannot be streamed in"), *Scene.Map);
				return false;
			}
		}
		Map = Scene.Map;
	}
	MovePlayer(World, Center);
	World.FlushLevelStreaming(EFlushLevelStreamingType::Full);
	GEngine->BlockTillLevelStreamingCompleted(&World);
	if (Streamed.IsValid() && !Streamed->IsLevelVisible())
	{
		OutError = FString::Printf(TEXT("%s was loaded but is not visible"), *Scene.Map);
		Unload(World);
		return false;
	}
#if WITH_EDITOR
	FAssetCompilingManager::Get().FinishAllCompilation();
#endif
	IStreamingManager::Get().StreamAllResources(TimeoutSeconds);
	return HMAnnotation::AnnotateWorld(World, OutError);
}
