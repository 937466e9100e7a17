#include "HMBuild.h"

#include "Misc/ConfigCacheIni.h"
#include "Misc/EngineVersion.h"

FString HMBuild::Describe()
{
	FString Project = TEXT("unknown");
	GConfig->GetString(TEXT("/Script/EngineSettings.GeneralProjectSettings"), TEXT("ProjectVersion"), Project, GGameIni);
	// The commit is compiled in by HMWorld.Build.cs.
	return FString::Printf(
		TEXT("unreal-%s,unrealcv-%s,hmworld-%s"), *FEngineVersion::Current().ToString(), TEXT(HMWORLD_UNREALCV_COMMIT), *Project);
}
