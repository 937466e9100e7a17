#pragma once

#include "CoreMinimal.h"

class ULevelStreamingDynamic;
class UWorld;
struct FHMSceneAssets;

/**
 * Makes a map current. Where the game was started on that map it is there already; any other is streamed into the world that runs, and
 * the one before it is removed. The world itself never changes, so that the plugin keeps its cameras and the client its connection.
 */
class FHMStage
{
public:
	/** Load a scene's map and wait until it and everything about `Center` (cm) is there; false and why not. */
	bool Load(UWorld& World, const FHMSceneAssets& Scene, const FVector& Center, float TimeoutSeconds, FString& OutError);

private:
	void Unload(UWorld& World);

	TWeakObjectPtr<ULevelStreamingDynamic> Streamed;
	FString Map;
};
