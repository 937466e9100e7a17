#pragma once

#include "CoreMinimal.h"

class ULevelStreamingDynamic;
class UWorld;
struct FHMSceneAssets;

/**
 * Makes a map current. A game that was started on a map has that one and no other. One that was started empty gets each map streamed in,
 * and the one before it is removed; the world itself stays, so that the plugin keeps its cameras and the client its connection.
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
