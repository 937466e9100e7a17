#include "HMSensors.h"

#include "Components/SceneCaptureComponent2D.h"
#include "Components/SceneComponent.h"
#include "Engine/Scene.h"
#include "Engine/TextureRenderTarget2D.h"
#include "UObject/Class.h"
#include "UObject/UnrealType.h"

namespace
{
/** Arguments of the plugin's `UFusionCamSensor* GetSensorById(int SensorId)`, as they lie in memory. */
struct FGetSensorById
{
	int32 SensorId = 0;
	UObject* ReturnValue = nullptr;
};

USceneComponent* Sensor(int32 Index)
{
	UClass* const Library = FindObject<UClass>(nullptr, TEXT("/Script/UnrealCV.SensorBPLib"));
	UFunction* const Function = Library ? Library->FindFunctionByName(TEXT("GetSensorById")) : nullptr;
	if (Function == nullptr || Function->ParmsSize != sizeof(FGetSensorById))
	{
		return nullptr;
	}
	FGetSensorById Arguments;
	Arguments.SensorId = Index;
	Library->GetDefaultObject()->ProcessEvent(Function, &Arguments);
	return Cast<USceneComponent>(Arguments.ReturnValue);
}

/** One of the captures that a camera is made of. */
USceneCaptureComponent2D* Part(const USceneComponent& Camera, const TCHAR* Name)
{
	const FObjectProperty* const Property = FindFProperty<FObjectProperty>(Camera.GetClass(), Name);
	return Property ? Cast<USceneCaptureComponent2D>(Property->GetObjectPropertyValue_InContainer(&Camera)) : nullptr;
}

template <typename ActionType>
void ForEach(ActionType Action)
{
	for (int32 Index = 0; USceneComponent* const Camera = Sensor(Index); ++Index)
	{
		Action(*Camera);
	}
}

void PrepareLit(USceneCaptureComponent2D& Lit, float ExposureBias)
{
	FPostProcessSettings& Settings = Lit.PostProcessSettings;
	Settings.bOverride_AutoExposureMethod = true;
	Settings.AutoExposureMethod = EAutoExposureMethod::AEM_Manual;
	Settings.bOverride_AutoExposureApplyPhysicalCameraExposure = true;
	Settings.AutoExposureApplyPhysicalCameraExposure = false;
	Settings.bOverride_AutoExposureBias = true;
	Settings.AutoExposureBias = ExposureBias;
	Settings.bOverride_DynamicGlobalIlluminationMethod = true;
	Settings.DynamicGlobalIlluminationMethod = EDynamicGlobalIlluminationMethod::Lumen;
	Settings.bOverride_ReflectionMethod = true;
	Settings.ReflectionMethod = EReflectionMethod::Lumen;
	Settings.bOverride_MotionBlurAmount = true;
	Settings.MotionBlurAmount = 0.0f;
	Settings.bOverride_VignetteIntensity = true;
	Settings.VignetteIntensity = 0.0f;
	Settings.bOverride_BloomIntensity = true;
	Settings.BloomIntensity = 0.0f;
	// What follows may come from a map's own volumes: it would move colours between pixels, or add noise of its own.
	Settings.bOverride_FilmGrainIntensity = true;
	Settings.FilmGrainIntensity = 0.0f;
	Settings.bOverride_SceneFringeIntensity = true;
	Settings.SceneFringeIntensity = 0.0f;
	Settings.bOverride_LensFlareIntensity = true;
	Settings.LensFlareIntensity = 0.0f;
	Settings.bOverride_DepthOfFieldFocalDistance = true;
	Settings.DepthOfFieldFocalDistance = 0.0f; // no depth of field
	Settings.bOverride_LocalExposureHighlightContrastScale = true;
	Settings.LocalExposureHighlightContrastScale = 1.0f;
	Settings.bOverride_LocalExposureShadowContrastScale = true;
	Settings.LocalExposureShadowContrastScale = 1.0f;
	Settings.bOverride_LocalExposureDetailStrength = true;
	Settings.LocalExposureDetailStrength = 1.0f;
	Lit.PostProcessBlendWeight = 1.0f;
	Lit.bAlwaysPersistRenderingState = true; // without it Lumen starts from nothing at each picture
}
} // namespace

bool HMSensors::Find(const FString& Index, FHMCamera& OutCamera, FString& OutError)
{
	const USceneComponent* const Camera = Index.IsNumeric() ? Sensor(FCString::Atoi(*Index)) : nullptr;
	const USceneCaptureComponent2D* const Lit = Camera ? Part(*Camera, TEXT("LitCamSensor")) : nullptr;
	if (Lit == nullptr)
	{
		OutError = TEXT("Invalid sensor id");
		return false;
	}
	if (Lit->TextureTarget == nullptr || Lit->TextureTarget->SizeX <= 0 || Lit->TextureTarget->SizeY <= 0)
	{
		OutError = FString::Printf(TEXT("Camera %s has no picture size; set it first"), *Index);
		return false;
	}
	OutCamera.Location = Lit->GetComponentLocation();
	OutCamera.Rotation = Lit->GetComponentRotation();
	OutCamera.HorizontalFov = Lit->FOVAngle;
	OutCamera.Width = Lit->TextureTarget->SizeX;
	OutCamera.Height = Lit->TextureTarget->SizeY;
	return true;
}

void HMSensors::Prepare(float ExposureBias)
{
	ForEach(
		[ExposureBias](const USceneComponent& Camera)
		{
			if (USceneCaptureComponent2D* const Lit = Part(Camera, TEXT("LitCamSensor")))
			{
				PrepareLit(*Lit, ExposureBias);
			}
			if (USceneCaptureComponent2D* const Depth = Part(Camera, TEXT("DepthCamSensor")))
			{
				// Its name says less than it does: without it the plugin draws only annotated meshes into the depth.
				if (const FBoolProperty* const Whole = FindFProperty<FBoolProperty>(Depth->GetClass(), TEXT("bIgnoreTransparentObjects")))
				{
					Whole->SetPropertyValue_InContainer(Depth, true);
				}
			}
		});
}

void HMSensors::Draw()
{
	ForEach(
		[](const USceneComponent& Camera)
		{
			USceneCaptureComponent2D* const Lit = Part(Camera, TEXT("LitCamSensor"));
			if (Lit != nullptr && Lit->TextureTarget != nullptr)
			{
				Lit->CaptureScene();
			}
		});
}
