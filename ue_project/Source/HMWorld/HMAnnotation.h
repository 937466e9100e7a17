#pragma once

#include "CoreMinimal.h"

class AActor;
class UMeshComponent;
class UWorld;

/**
 * Makes meshes appear in UnrealCV's object mask. The plugin annotates what is in the world when it starts; everything that comes later
 * (streamed levels, spawned subjects) is absent from its mask, and hides nothing there, until each of its meshes has an annotation
 * component. Theirs is reached by name, so that no header of the plugin is needed.
 *
 * An annotation component without a colour is black, which is the scene; clients colour subjects with `vset /object/<name>/color`. The
 * plugin gives each actor that it finds at its start a colour of its own, which may be one that a client chose: those are replaced.
 */
namespace HMAnnotation
{
/** Annotate the static and skeletal meshes of an actor that are seen, each once; false and a message where UnrealCV is not loaded. */
bool AnnotateActor(AActor& Actor, FString& OutError);

/** Annotate all actors of a world; logs what cannot be annotated, as landscapes and instanced foliage. */
bool AnnotateWorld(UWorld& World, FString& OutError);

/** Let the annotation of a mesh follow its new pose and bounds; the plugin would do it in a tick, which does not come while paused. */
void FollowPose(const UMeshComponent& Mesh);
} // namespace HMAnnotation
