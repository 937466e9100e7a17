#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "HMLook.generated.h"

class UDirectionalLightComponent;
class UExponentialHeightFogComponent;
class ULightComponent;
class USkyAtmosphereComponent;
class USkyLightComponent;

/** The 17 numbers of SetLook, in the wire's order. */
struct FHMLookValues
{
	/** Where the sun stands: 0 = +X, counter-clockwise seen from above, degrees. */
	double SunAzimuth = 0.0;
	double SunElevation = 45.0;
	FLinearColor Sun = FLinearColor::White;
	FLinearColor Sky = FLinearColor::White;
	FLinearColor Horizon = FLinearColor::White;
	FLinearColor Ground = FLinearColor::White;
	double FogPerMetre = 0.0;
	double Exposure = 1.0;
	/** How far the scene's own lamps are on, 0 to 1. */
	double Lamps = 0.0;

	/** From a token of the wire; false and what is wrong. */
	static bool Parse(const FString& Token, FHMLookValues& OutValues, FString& OutError);
};

/**
 * Sun, sky and fog of the look. The map's own sun, sky and fog are hidden while it stands, because two suns would be seen; its lamps stay
 * and are dimmed. How bright each number comes out beside the embedded engine has not been measured.
 */
UCLASS(NotPlaceable, Transient)
class AHMLook : public AActor
{
	GENERATED_BODY()

public:
	AHMLook();

	/** Light the world. `LampNames` are the actors that are lamps; none means all of the map's local lights. */
	void Apply(const FHMLookValues& Values, const TArray<FString>& LampNames);

	/** The exposure of the look as stops above 1, for the cameras. */
	float ExposureBias() const;

private:
	void HideMapsOwn();
	void DimLamps(double Share, const TArray<FString>& Names);

	UPROPERTY()
	TObjectPtr<UDirectionalLightComponent> SunLight;

	UPROPERTY()
	TObjectPtr<USkyLightComponent> SkyLight;

	UPROPERTY()
	TObjectPtr<USkyAtmosphereComponent> Atmosphere;

	UPROPERTY()
	TObjectPtr<UExponentialHeightFogComponent> Fog;

	/** Intensity of each lamp as the map has it. */
	TMap<TWeakObjectPtr<ULightComponent>, float> FullIntensities;

	float Bias = 0.0f;
};
