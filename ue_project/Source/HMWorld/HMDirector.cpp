#include "HMDirector.h"

#include "Engine/World.h"
#include "HMActors.h"
#include "HMBox.h"
#include "HMBuild.h"
#include "HMLook.h"
#include "HMSensors.h"
#include "HMSilhouette.h"
#include "HMStepper.h"
#include "HMSubject.h"
#include "HMText.h"
#include "HMWorld.h"
#include "RenderingThread.h"

namespace
{
/** The rows of the table, in its order. */
const TCHAR* const FunctionNames = TEXT("Capabilities,LoadStage,SetLook,SpawnSubject,SpawnBox,ClearSubjects,SetSubjects,Bones,"
										"PosedBounds,SoloSilhouette,WarmUp,Step");

/** Longer than any asset should take, shorter than the driver's own patience of 300 s. */
constexpr float LoadTimeoutSeconds = 120.0f;
constexpr double MinScale = 0.05;
constexpr double MaxScale = 20.0;
constexpr int32 MaxSubjects = 255;
constexpr int32 NumbersPerSubject = 9;
constexpr double MaxWarmUpFrames = 1000.0;
const TCHAR* const OldCatalog = TEXT("catalog.json of this game is older than the card: run from-unreal again and package anew");
} // namespace

AHMDirector::AHMDirector()
{
	PrimaryActorTick.bCanEverTick = false;
}

void AHMDirector::BeginPlay()
{
	Super::BeginPlay();
	LookRig = GetWorld()->SpawnActor<AHMLook>();
	SilhouetteRig = GetWorld()->SpawnActor<AHMSilhouette>();
	FString Error;
	if (!Catalog.Read(Error))
	{
		UE_LOG(LogHMWorld, Error, TEXT("%s"), *Error);
	}
}

void AHMDirector::Capabilities(FString& director, FString& engine, FString& build, FString& functions)
{
	director = DirectorVersion;
	engine = TEXT("unreal");
	build = HMBuild::Describe();
	functions = FunctionNames;
}

void AHMDirector::LoadStage(FString in_scene, FString card_sha256, FString center, FString& scene)
{
	FString Error;
	scene = TryLoadStage(in_scene, card_sha256, center, Error) ? in_scene : HMText::Refusal(Error);
}

bool AHMDirector::TryLoadStage(const FString& Scene, const FString& CardSha256, const FString& Center, FString& OutError)
{
	TArray<double> At;
	// Read anew: the content scripts may have written it since.
	if (!HMText::ParseNumbers(Center, 3, At, OutError) || !Catalog.Read(OutError))
	{
		return false;
	}
	const FHMSceneAssets* const Found = Catalog.FindScene(Scene, OutError);
	if (Found == nullptr)
	{
		return false;
	}
	if (Found->CardSha256 != CardSha256)
	{
		OutError = FString::Printf(TEXT("Scene '%s' has card %s, asked for %s; %s"), *Scene, *Found->CardSha256, *CardSha256, OldCatalog);
		return false;
	}
	DestroySubjects();
	LampNames = Found->Lamps;
	return Stage.Load(*GetWorld(), *Found, FVector(At[0], At[1], At[2]), LoadTimeoutSeconds, OutError);
}

void AHMDirector::SetLook(FString in_look, FString& look)
{
	FString Error;
	look = TrySetLook(in_look, Error) ? in_look : HMText::Refusal(Error);
}

bool AHMDirector::TrySetLook(const FString& Token, FString& OutError)
{
	FHMLookValues Values;
	if (!FHMLookValues::Parse(Token, Values, OutError))
	{
		return false;
	}
	LookRig->Apply(Values, LampNames);
	HMSensors::Prepare(LookRig->ExposureBias());
	return true;
}

void AHMDirector::SpawnSubject(
	FString in_object, FString subject, FString gait, FString scale, FString motion_sha256, FString& object, FString& joints)
{
	FString Error;
	const bool bSpawned = TrySpawn(in_object, subject, gait, scale, motion_sha256, joints, Error) != nullptr;
	object = bSpawned ? in_object : HMText::Refusal(Error);
}

AHMSubject* AHMDirector::TrySpawn(const FString& Name, const FString& Subject, const FString& Gait, const FString& Scale,
	const FString& MotionSha256, FString& OutJoints, FString& OutError)
{
	TArray<double> Factor;
	const FHMSubjectAssets* const Found = Catalog.FindSubject(Subject, OutError);
	if (Found == nullptr || !HMText::ParseNumbers(Scale, 1, Factor, OutError))
	{
		return nullptr;
	}
	if (Found->MotionSha256 != MotionSha256)
	{
		OutError = FString::Printf(TEXT("Subject '%s' has motion %s, asked for %s; %s"), *Subject, *Found->MotionSha256, *MotionSha256, OldCatalog);
		return nullptr;
	}
	if (Factor[0] < MinScale || Factor[0] > MaxScale || !HMText::IsObjectName(Name))
	{
		OutError = TEXT("Argument Invalid: scales are 0.05 to 20; a name is letters, digits, _ and -, at most 100 of them");
		return nullptr;
	}
	if (SpawnedSubjects.Num() >= MaxSubjects)
	{
		OutError = FString::Printf(TEXT("%d subjects are the most that a mask can tell apart"), MaxSubjects);
		return nullptr;
	}
	AHMSubject* const Spawned = GetWorld()->SpawnActor<AHMSubject>(HMActors::Named(Name));
	if (Spawned == nullptr)
	{
		OutError = FString::Printf(TEXT("Failed to spawn %s, object exists."), *Name);
		return nullptr;
	}
	SpawnedSubjects.Add(Spawned);
	if (!Spawned->Assemble(*Found, Gait, Factor[0], LoadTimeoutSeconds, OutError))
	{
		SpawnedSubjects.Pop();
		HMActors::FreeNameAndDestroy(*Spawned);
		return nullptr;
	}
	TArray<FString> Names;
	for (const FHMJoint& Joint : Found->Joints)
	{
		Names.Add(Joint.Name);
	}
	OutJoints = FString::Join(Names, TEXT(","));
	return Spawned;
}

void AHMDirector::SpawnBox(FString in_object, FString box, FString& object)
{
	FString Error;
	AHMBox* const Spawned = AHMBox::Spawn(*GetWorld(), in_object, box, Error);
	if (Spawned != nullptr)
	{
		SpawnedBoxes.Add(Spawned);
	}
	object = Spawned != nullptr ? in_object : HMText::Refusal(Error);
}

void AHMDirector::ClearSubjects(FString& cleared)
{
	cleared = FString::FromInt(DestroySubjects());
}

int32 AHMDirector::DestroySubjects()
{
	const int32 Count = SpawnedSubjects.Num() + SpawnedBoxes.Num();
	for (const TObjectPtr<AHMSubject>& Subject : SpawnedSubjects)
	{
		HMActors::FreeNameAndDestroy(*Subject);
	}
	SpawnedSubjects.Reset();
	for (const TObjectPtr<AHMBox>& Box : SpawnedBoxes)
	{
		HMActors::FreeNameAndDestroy(*Box);
	}
	SpawnedBoxes.Reset();
	return Count;
}

AHMSubject* AHMDirector::FindSubject(const FString& Name, FString& OutError) const
{
	for (const TObjectPtr<AHMSubject>& Subject : SpawnedSubjects)
	{
		if (Subject->GetName() == Name)
		{
			return Subject;
		}
	}
	OutError = TEXT("Can not find object");
	return nullptr;
}

void AHMDirector::SetSubjects(FString poses, FString& subjects)
{
	FString Error;
	subjects = TrySetSubjects(poses, Error) ? FString::FromInt(SpawnedSubjects.Num()) : HMText::Refusal(Error);
}

bool AHMDirector::TrySetSubjects(const FString& Poses, FString& OutError)
{
	if (SpawnedSubjects.Num() == 0)
	{
		OutError = TEXT("No subject is spawned");
		return false;
	}
	TArray<double> V;
	if (!HMText::ParseNumbers(Poses, NumbersPerSubject * SpawnedSubjects.Num(), V, OutError))
	{
		return false;
	}
	TArray<FHMPose> Commanded;
	for (int32 Index = 0; Index < SpawnedSubjects.Num(); ++Index)
	{
		const int32 First = NumbersPerSubject * Index;
		FHMPose Pose;
		Pose.Location = FVector(V[First], V[First + 1], V[First + 2]);
		Pose.Rotation = FRotator(V[First + 3], V[First + 4], V[First + 5]);
		Pose.GaitSeconds = V[First + 6];
		Pose.IdleSeconds = V[First + 7];
		Pose.GaitWeight = V[First + 8];
		if (Pose.GaitWeight < 0.0 || Pose.GaitWeight > 1.0)
		{
			OutError = FString::Printf(TEXT("Argument Invalid: weight of %s must be 0 to 1"), *SpawnedSubjects[Index]->GetName());
			return false;
		}
		Commanded.Add(Pose);
	}
	for (int32 Index = 0; Index < SpawnedSubjects.Num(); ++Index)
	{
		SpawnedSubjects[Index]->SetPose(Commanded[Index]);
	}
	return true;
}

void AHMDirector::Bones(FString object, FString& bones)
{
	FString Error;
	const AHMSubject* const Subject = FindSubject(object, Error);
	if (Subject == nullptr)
	{
		bones = HMText::Refusal(Error);
		return;
	}
	TArray<double> Numbers;
	for (const FVector& Location : Subject->JointLocations())
	{
		Numbers.Append({Location.X, Location.Y, Location.Z});
	}
	bones = HMText::FixedList(Numbers);
}

void AHMDirector::PosedBounds(FString object, FString& box)
{
	FString Error;
	FBox Posed(ForceInit);
	const AHMSubject* const Subject = FindSubject(object, Error);
	if (Subject == nullptr || !Subject->PosedBox(Posed, Error))
	{
		box = HMText::Refusal(Error);
		return;
	}
	box = HMText::FixedList({Posed.Min.X, Posed.Min.Y, Posed.Min.Z, Posed.Max.X, Posed.Max.Y, Posed.Max.Z});
}

void AHMDirector::SoloSilhouette(FString camera, FString object, FString& pixels, FString& box)
{
	FString Error;
	int32 Count = 0;
	FIntRect Covered;
	if (!TryCount(camera, object, Count, Covered, Error))
	{
		pixels = HMText::Refusal(Error);
		return;
	}
	pixels = FString::FromInt(Count);
	box = FString::Printf(TEXT("%d,%d,%d,%d"), Covered.Min.X, Covered.Min.Y, Covered.Max.X, Covered.Max.Y);
}

bool AHMDirector::TryCount(const FString& Camera, const FString& Name, int32& OutPixels, FIntRect& OutBox, FString& OutError)
{
	FHMCamera Found;
	AHMSubject* const Subject = FindSubject(Name, OutError);
	return Subject != nullptr && HMSensors::Find(Camera, Found, OutError) &&
		SilhouetteRig->Count(Found, *Subject, OutPixels, OutBox, OutError);
}

void AHMDirector::WarmUp(FString in_frames, FString& frames)
{
	FString Error;
	frames = TryWarmUp(in_frames, Error) ? in_frames : HMText::Refusal(Error);
}

bool AHMDirector::TryWarmUp(const FString& Frames, FString& OutError)
{
	TArray<double> Count;
	if (!HMText::ParseNumbers(Frames, 1, Count, OutError))
	{
		return false;
	}
	if (Count[0] < 0.0 || Count[0] > MaxWarmUpFrames)
	{
		OutError = FString::Printf(TEXT("Argument Invalid: expected 0 to %.0f frames"), MaxWarmUpFrames);
		return false;
	}
	// The camera of a clip is spawned and sized before this call, so here is where it can be set up.
	HMSensors::Prepare(LookRig->ExposureBias());
	for (int32 Frame = 0; Frame < static_cast<int32>(Count[0]); ++Frame)
	{
		HMSensors::Draw();
		FlushRenderingCommands(); // one by one: else they all wait in a queue, and the next reply with them
	}
	return true;
}

void AHMDirector::Step(FString in_seconds, FString& seconds)
{
	FString Error;
	TArray<double> Amount;
	const bool bValid = HMText::ParseNumbers(in_seconds, 1, Amount, Error);
	if (bValid)
	{
		HMStepper::Advance(*GetWorld(), Amount[0]);
	}
	seconds = bValid ? in_seconds : HMText::Refusal(Error);
}
