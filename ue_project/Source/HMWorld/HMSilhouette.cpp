#include "HMSilhouette.h"

#include "Components/SceneCaptureComponent2D.h"
#include "Engine/TextureRenderTarget2D.h"
#include "HMSensors.h"
#include "TextureResource.h"

namespace
{
/** 10 km: further away than any subject, and far below the depth of a pixel in which nothing was drawn. */
constexpr float FurthestCm = 1e6f;
} // namespace

AHMSilhouette::AHMSilhouette()
{
	PrimaryActorTick.bCanEverTick = false;
	Capture = CreateDefaultSubobject<USceneCaptureComponent2D>(TEXT("Capture"));
	SetRootComponent(Capture);
	Capture->bCaptureEveryFrame = false;
	Capture->bCaptureOnMovement = false;
	Capture->PrimitiveRenderMode = ESceneCapturePrimitiveRenderMode::PRM_UseShowOnlyList;
	Capture->CaptureSource = ESceneCaptureSource::SCS_SceneDepth;
	// Anti-aliasing would test other points than the pixels' centres.
	Capture->ShowFlags.SetAntiAliasing(false);
	Capture->ShowFlags.SetTemporalAA(false);
	Capture->ShowFlags.SetMotionBlur(false);
	Capture->ShowFlags.SetLighting(false);
	Capture->ShowFlags.SetFog(false);
	Capture->ShowFlags.SetAtmosphere(false);
}

void AHMSilhouette::Resize(int32 Width, int32 Height)
{
	if (Target != nullptr && Target->SizeX == Width && Target->SizeY == Height)
	{
		return;
	}
	Target = NewObject<UTextureRenderTarget2D>(this);
	Target->RenderTargetFormat = ETextureRenderTargetFormat::RTF_RGBA32f; // half floats end at 655 m
	Target->InitAutoFormat(static_cast<uint32>(Width), static_cast<uint32>(Height));
	Target->UpdateResourceImmediate(true);
	Capture->TextureTarget = Target;
}

bool AHMSilhouette::Count(const FHMCamera& Camera, AActor& Subject, int32& OutPixels, FIntRect& OutBox, FString& OutError)
{
	Resize(Camera.Width, Camera.Height);
	Capture->SetWorldLocationAndRotation(Camera.Location, Camera.Rotation);
	Capture->FOVAngle = Camera.HorizontalFov;
	Capture->ClearShowOnlyComponents();
	Capture->ShowOnlyActors.Reset();
	Capture->ShowOnlyActors.Add(&Subject);
	Capture->CaptureScene();

	TArray<FLinearColor> Depths;
	FTextureRenderTargetResource* const Resource = Target->GameThread_GetRenderTargetResource();
	if (Resource == nullptr || !Resource->ReadLinearColorPixels(Depths) || Depths.Num() != Camera.Width * Camera.Height)
	{
		OutError = TEXT("Captured data is empty");
		return false;
	}
	OutPixels = 0;
	FIntPoint Low(Camera.Width, Camera.Height);
	FIntPoint High(0, 0);
	for (int32 Y = 0; Y < Camera.Height; ++Y)
	{
		for (int32 X = 0; X < Camera.Width; ++X)
		{
			if (Depths[Y * Camera.Width + X].R < FurthestCm)
			{
				++OutPixels;
				Low = FIntPoint(FMath::Min(Low.X, X), FMath::Min(Low.Y, Y));
				High = FIntPoint(FMath::Max(High.X, X + 1), FMath::Max(High.Y, Y + 1));
			}
		}
	}
	OutBox = OutPixels > 0 ? FIntRect(Low, High) : FIntRect(0, 0, 0, 0);
	return true;
}
