#pragma once

#include "CoreMinimal.h"
#include "GameFramework/Actor.h"
#include "HMSilhouette.generated.h"

class UTextureRenderTarget2D;
class USceneCaptureComponent2D;
struct FHMCamera;

/** Counts the pixels that one actor alone covers in a camera: its depth is drawn with nothing else in the world. */
UCLASS(NotPlaceable, Transient)
class AHMSilhouette : public AActor
{
	GENERATED_BODY()

public:
	AHMSilhouette();

	/** Covered pixels, tested at their centres, and their half-open box x0,y0,x1,y1 (zeros where there are none); false and why not. */
	bool Count(const FHMCamera& Camera, AActor& Subject, int32& OutPixels, FIntRect& OutBox, FString& OutError);

private:
	void Resize(int32 Width, int32 Height);

	UPROPERTY()
	TObjectPtr<USceneCaptureComponent2D> Capture;

	UPROPERTY()
	TObjectPtr<UTextureRenderTarget2D> Target;
};
