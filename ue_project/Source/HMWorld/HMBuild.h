#pragma once

#include "CoreMinimal.h"

/** What is running, for the metadata of every clip. */
namespace HMBuild
{
/** Engine version with changelist and branch, commit of UnrealCV, version of this project; without spaces. */
FString Describe();
} // namespace HMBuild
