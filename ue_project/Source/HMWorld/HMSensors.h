#pragma once

#include "CoreMinimal.h"

class USceneCaptureComponent2D;
class USceneComponent;

/** Pose, lens and picture size of a camera. */
struct FHMCamera
{
	FVector Location = FVector::ZeroVector;
	FRotator Rotation = FRotator::ZeroRotator;
	float HorizontalFov = 90.0f;
	int32 Width = 0;
	int32 Height = 0;
};

/**
 * UnrealCV's cameras, by the index that the wire has for them. They are reached by reflection: a function of the plugin's
 * SensorBPLib and properties of its FusionCamSensor, so that this module is built without its headers.
 */
namespace HMSensors
{
/** The camera of an index; false and why not. */
bool Find(const FString& Index, FHMCamera& OutCamera, FString& OutError);

/**
 * Make all cameras draw as datasets need it: exposure fixed, Lumen on (captures have it off), no motion blur, vignette or bloom, and
 * depth of the whole scene and not of annotated meshes only. Cameras that are spawned later are as the plugin makes them.
 */
void Prepare(float ExposureBias);

/** Let all cameras draw a picture and throw it away. */
void Draw();
} // namespace HMSensors
