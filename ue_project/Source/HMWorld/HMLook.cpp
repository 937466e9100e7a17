#include "HMLook.h"

#include "Components/DirectionalLightComponent.h"
#include "Components/ExponentialHeightFogComponent.h"
#include "Components/LocalLightComponent.h"
#include "Components/SceneComponent.h"
#include "Components/SkyAtmosphereComponent.h"
#include "Components/SkyLightComponent.h"
#include "Components/VolumetricCloudComponent.h"
#include "Engine/World.h"
#include "HMText.h"
#include "UObject/UObjectIterator.h"

namespace
{
/** Illuminance of a sun of 1: a white matt surface that faces it is then drawn as 1 at exposure 1. */
constexpr float LuxPerUnit = UE_PI;

/** The engine's fog density is per 1000 cm and to the base of 2; a card's is per metre and to the base of e. */
constexpr double FogUnitsPerMetre = 14.427;

float Strongest(const FLinearColor& Color)
{
	return FMath::Max3(Color.R, Color.G, Color.B);
}

FLinearColor Hue(const FLinearColor& Color)
{
	const float Largest = Strongest(Color);
	return Largest > 0.0f ? FLinearColor(Color.R / Largest, Color.G / Largest, Color.B / Largest) : FLinearColor::White;
}

template <typename ComponentType>
void HideOthers(const AActor& Mine)
{
	for (TObjectIterator<ComponentType> Component; Component; ++Component)
	{
		if (Component->GetWorld() == Mine.GetWorld() && Component->GetOwner() != &Mine)
		{
			Component->SetVisibility(false);
		}
	}
}
} // namespace

bool FHMLookValues::Parse(const FString& Token, FHMLookValues& OutValues, FString& OutError)
{
	TArray<double> V;
	if (!HMText::ParseNumbers(Token, 17, V, OutError))
	{
		return false;
	}
	const auto Color = [&V](int32 First)
	{ return FLinearColor(static_cast<float>(V[First]), static_cast<float>(V[First + 1]), static_cast<float>(V[First + 2])); };
	OutValues.SunAzimuth = V[0];
	OutValues.SunElevation = V[1];
	OutValues.Sun = Color(2);
	OutValues.Sky = Color(5);
	OutValues.Horizon = Color(8);
	OutValues.Ground = Color(11);
	OutValues.FogPerMetre = V[14];
	OutValues.Exposure = V[15];
	OutValues.Lamps = V[16];
	if (V[1] < 0.0 || V[1] > 90.0 || V[14] < 0.0 || V[14] > 1.0 || V[15] <= 0.0 || V[16] < 0.0 || V[16] > 1.0)
	{
		OutError = TEXT("Argument Invalid: expected an elevation of 0 to 90, fog of 0 to 1, exposure above 0 and lamps of 0 to 1");
		return false;
	}
	return true;
}

AHMLook::AHMLook()
{
	PrimaryActorTick.bCanEverTick = false;
	SetRootComponent(CreateDefaultSubobject<USceneComponent>(TEXT("Root")));

	SunLight = CreateDefaultSubobject<UDirectionalLightComponent>(TEXT("Sun"));
	SunLight->SetupAttachment(RootComponent);
	SunLight->SetMobility(EComponentMobility::Movable);
	SunLight->SetAtmosphereSunLight(true);

	SkyLight = CreateDefaultSubobject<USkyLightComponent>(TEXT("Sky"));
	SkyLight->SetupAttachment(RootComponent);
	SkyLight->SetMobility(EComponentMobility::Movable);
	SkyLight->bRealTimeCapture = true; // a look may change at any time, and nothing asks for a new capture
	SkyLight->bLowerHemisphereIsBlack = true;

	Atmosphere = CreateDefaultSubobject<USkyAtmosphereComponent>(TEXT("Atmosphere"));
	Atmosphere->SetupAttachment(RootComponent);

	Fog = CreateDefaultSubobject<UExponentialHeightFogComponent>(TEXT("Fog"));
	Fog->SetupAttachment(RootComponent);
}

void AHMLook::Apply(const FHMLookValues& Values, const TArray<FString>& LampNames)
{
	HideMapsOwn();
	// Our azimuth turns the other way than Unreal's yaw, and a light looks away from its sun.
	SunLight->SetWorldRotation(FRotator(-Values.SunElevation, 180.0 - Values.SunAzimuth, 0.0));
	SunLight->SetLightColor(Hue(Values.Sun), false);
	SunLight->SetIntensity(Strongest(Values.Sun) * LuxPerUnit);
	SkyLight->SetLightColor(Hue(Values.Sky));
	SkyLight->SetLowerHemisphereColor(Values.Ground);
	SkyLight->SetIntensity(1.0f);
	Atmosphere->SetSkyLuminanceFactor(Values.Sky);
	Atmosphere->SetGroundAlbedo(Values.Ground.ToFColor(true));
	Fog->SetFogDensity(static_cast<float>(Values.FogPerMetre * FogUnitsPerMetre));
	Fog->SetFogHeightFalloff(0.001f); // as good as even: a card knows no height
	Fog->SetFogInscatteringColor(Values.Horizon);
	DimLamps(Values.Lamps, LampNames);
	Bias = static_cast<float>(FMath::Log2(Values.Exposure));
}

float AHMLook::ExposureBias() const
{
	return Bias;
}

void AHMLook::HideMapsOwn()
{
	HideOthers<UDirectionalLightComponent>(*this);
	HideOthers<USkyLightComponent>(*this);
	HideOthers<USkyAtmosphereComponent>(*this);
	HideOthers<UExponentialHeightFogComponent>(*this);
	HideOthers<UVolumetricCloudComponent>(*this); // clouds drift, and are of no card
}

void AHMLook::DimLamps(double Share, const TArray<FString>& Names)
{
	for (auto Known = FullIntensities.CreateIterator(); Known; ++Known)
	{
		if (!Known.Key().IsValid())
		{
			Known.RemoveCurrent(); // of a map that is gone
		}
	}
	for (TObjectIterator<ULocalLightComponent> Lamp; Lamp; ++Lamp)
	{
		const AActor* const Owner = Lamp->GetOwner();
		if (Lamp->GetWorld() != GetWorld() || Owner == nullptr || (Names.Num() > 0 && !Names.Contains(Owner->GetName())))
		{
			continue;
		}
		const TWeakObjectPtr<ULightComponent> Key(*Lamp);
		if (!FullIntensities.Contains(Key))
		{
			FullIntensities.Add(Key, Lamp->Intensity);
		}
		Lamp->SetIntensity(FullIntensities.FindRef(Key) * static_cast<float>(Share));
	}
}
