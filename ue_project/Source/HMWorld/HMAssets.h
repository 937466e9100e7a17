#pragma once

#include "CoreMinimal.h"
#include "UObject/SoftObjectPath.h"

class FJsonObject;

/** A joint of the catalog and the bone of the skeleton that is it. */
struct FHMJoint
{
	FString Name;
	FName Bone;
};

/** An animation and the seconds of one cycle on the wire; the asset's own length is stretched to it. */
struct FHMGaitAssets
{
	FSoftObjectPath Animation;
	double CycleSeconds = 0.0;
};

/** Where a scene of the catalog lives. */
struct FHMSceneAssets
{
	/** Long package name of the map, as /Game/Maps/Park. */
	FString Map;
	/** Digest of the scene's card; a client that has another card is refused. */
	FString CardSha256;
	/** Names of the actors that are lamps; where there are none, every point, spot and rectangle light of the map is one. */
	TArray<FString> Lamps;
};

/** What a subject of the catalog is made of. */
struct FHMSubjectAssets
{
	FSoftObjectPath Mesh;
	/** Turns the mesh's own forward axis to +X, degrees. */
	double ForwardYaw = 0.0;
	/** Digest of the subject's motion file; a client that has another motion is refused. */
	FString MotionSha256;
	/** In the order of the motion file, which is the order of Bones. */
	TArray<FHMJoint> Joints;
	/** By name of the gait; `idle` is one of them. */
	TMap<FString, FHMGaitAssets> Gaits;
};

/**
 * Names of the catalog and their assets, read from Content/HMWorld/catalog.json. The content scripts write that file; its form is in
 * ue_project/README.md.
 */
class FHMAssets
{
public:
	/** Read the file anew; false and a message when it is missing or malformed, and then the catalog is empty. */
	bool Read(FString& OutError);

	/** A scene by its name, or none and a message that lists the names there are. */
	const FHMSceneAssets* FindScene(const FString& Name, FString& OutError) const;

	/** A subject by its name, or none and a message that lists the names there are. */
	const FHMSubjectAssets* FindSubject(const FString& Name, FString& OutError) const;

private:
	bool ReadScene(const FString& Name, const FJsonObject& Source, FString& OutError);
	bool ReadSubject(const FString& Name, const FJsonObject& Source, FString& OutError);

	TMap<FString, FHMSceneAssets> Scenes;
	TMap<FString, FHMSubjectAssets> Subjects;
};
