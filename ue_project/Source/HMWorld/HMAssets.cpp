#include "HMAssets.h"

#include "Dom/JsonObject.h"
#include "Dom/JsonValue.h"
#include "Misc/FileHelper.h"
#include "Misc/Paths.h"
#include "Serialization/JsonReader.h"
#include "Serialization/JsonSerializer.h"

namespace
{
constexpr int32 CatalogVersion = 1;

bool ForwardYawOf(const FString& Axis, double& OutYaw)
{
	// Unreal is left-handed: yaw +90 turns +X to +Y, so a mesh that looks along +Y is turned by -90.
	static const TMap<FString, double> Yaws = {{TEXT("+x"), 0.0}, {TEXT("+y"), -90.0}, {TEXT("-x"), 180.0}, {TEXT("-y"), 90.0}};
	const double* Found = Yaws.Find(Axis);
	OutYaw = Found ? *Found : 0.0;
	return Found != nullptr;
}

template <typename ValueType>
const ValueType* FindOrList(const TMap<FString, ValueType>& Known, const TCHAR* Kind, const FString& Name, FString& OutError)
{
	const ValueType* Found = Known.Find(Name);
	if (Found == nullptr)
	{
		TArray<FString> Names;
		Known.GetKeys(Names);
		OutError = FString::Printf(TEXT("No %s '%s' here; known: %s"), Kind, *Name, *FString::Join(Names, TEXT(",")));
	}
	return Found;
}
} // namespace

bool FHMAssets::Read(FString& OutError)
{
	Scenes.Reset();
	Subjects.Reset();
	const FString Path = FPaths::Combine(FPaths::ProjectContentDir(), TEXT("HMWorld"), TEXT("catalog.json"));
	FString Text;
	if (!FFileHelper::LoadFileToString(Text, *Path))
	{
		OutError = FString::Printf(TEXT("%s cannot be read; the content scripts write it"), *Path);
		return false;
	}
	TSharedPtr<FJsonObject> Root;
	double Version = 0.0;
	if (!FJsonSerializer::Deserialize(TJsonReaderFactory<>::Create(Text), Root) || !Root.IsValid() ||
		!Root->TryGetNumberField(TEXT("version"), Version) || static_cast<int32>(Version) != CatalogVersion)
	{
		OutError = FString::Printf(TEXT("%s is no JSON object with version %d; write it anew with the content scripts"), *Path, CatalogVersion);
		return false;
	}
	for (const TCHAR* Kind : {TEXT("scenes"), TEXT("subjects")})
	{
		const TSharedPtr<FJsonObject>* Section = nullptr;
		if (!Root->TryGetObjectField(Kind, Section))
		{
			OutError = FString::Printf(TEXT("%s: %s is missing"), *Path, Kind);
			return false;
		}
		// The key's type is not the same in all versions of the engine; its characters are.
		for (const auto& Field : (*Section)->Values)
		{
			const FString Name(*Field.Key);
			const TSharedPtr<FJsonObject>* Source = nullptr;
			FString Problem = TEXT("is no object");
			const bool bScene = FCString::Strcmp(Kind, TEXT("scenes")) == 0;
			const bool bRead = Field.Value->TryGetObject(Source) &&
				(bScene ? ReadScene(Name, **Source, Problem) : ReadSubject(Name, **Source, Problem));
			if (!bRead)
			{
				Scenes.Reset();
				Subjects.Reset();
				OutError = FString::Printf(TEXT("%s: %s.%s: %s"), *Path, Kind, *Name, *Problem);
				return false;
			}
		}
	}
	return true;
}

bool FHMAssets::ReadScene(const FString& Name, const FJsonObject& Source, FString& OutError)
{
	FHMSceneAssets Scene;
	if (!Source.TryGetStringField(TEXT("map"), Scene.Map) || !Source.TryGetStringField(TEXT("card_sha256"), Scene.CardSha256))
	{
		OutError = TEXT("expected the texts map and card_sha256");
		return false;
	}
	const TArray<TSharedPtr<FJsonValue>>* Lamps = nullptr;
	if (Source.TryGetArrayField(TEXT("lamps"), Lamps))
	{
		for (const TSharedPtr<FJsonValue>& Lamp : *Lamps)
		{
			Scene.Lamps.Add(Lamp->AsString());
		}
	}
	Scenes.Add(Name, MoveTemp(Scene));
	return true;
}

bool FHMAssets::ReadSubject(const FString& Name, const FJsonObject& Source, FString& OutError)
{
	FHMSubjectAssets Subject;
	FString Mesh;
	FString Axis;
	const TArray<TSharedPtr<FJsonValue>>* Joints = nullptr;
	const TSharedPtr<FJsonObject>* Gaits = nullptr;
	if (!Source.TryGetStringField(TEXT("mesh"), Mesh) || !Source.TryGetStringField(TEXT("motion_sha256"), Subject.MotionSha256) ||
		!Source.TryGetStringField(TEXT("forward_axis"), Axis) || !ForwardYawOf(Axis, Subject.ForwardYaw) ||
		!Source.TryGetArrayField(TEXT("joints"), Joints) || !Source.TryGetObjectField(TEXT("gaits"), Gaits))
	{
		OutError = TEXT("expected the texts mesh, motion_sha256 and forward_axis (+x, -x, +y or -y), the list joints and the object gaits");
		return false;
	}
	Subject.Mesh = FSoftObjectPath(Mesh);
	for (const TSharedPtr<FJsonValue>& Entry : *Joints)
	{
		const TSharedPtr<FJsonObject>* Pair = nullptr;
		FHMJoint Joint;
		FString Bone;
		if (!Entry->TryGetObject(Pair) || !(*Pair)->TryGetStringField(TEXT("name"), Joint.Name) || !(*Pair)->TryGetStringField(TEXT("bone"), Bone))
		{
			OutError = TEXT("a joint is an object of the texts name and bone");
			return false;
		}
		Joint.Bone = FName(*Bone);
		Subject.Joints.Add(MoveTemp(Joint));
	}
	for (const auto& Field : (*Gaits)->Values)
	{
		const TSharedPtr<FJsonObject>* Values = nullptr;
		FHMGaitAssets Gait;
		FString Animation;
		if (!Field.Value->TryGetObject(Values) || !(*Values)->TryGetStringField(TEXT("animation"), Animation) ||
			!(*Values)->TryGetNumberField(TEXT("cycle_s"), Gait.CycleSeconds) || Gait.CycleSeconds <= 0.0)
		{
			OutError = TEXT("a gait is an object of the text animation and the number cycle_s above 0");
			return false;
		}
		Gait.Animation = FSoftObjectPath(Animation);
		Subject.Gaits.Add(FString(*Field.Key), MoveTemp(Gait));
	}
	if (Subject.Joints.Num() == 0 || !Subject.Gaits.Contains(TEXT("idle")))
	{
		OutError = TEXT("joints must not be empty, and gaits must have idle");
		return false;
	}
	Subjects.Add(Name, MoveTemp(Subject));
	return true;
}

const FHMSceneAssets* FHMAssets::FindScene(const FString& Name, FString& OutError) const
{
	return FindOrList(Scenes, TEXT("scene"), Name, OutError);
}

const FHMSubjectAssets* FHMAssets::FindSubject(const FString& Name, FString& OutError) const
{
	return FindOrList(Subjects, TEXT("subject"), Name, OutError);
}
