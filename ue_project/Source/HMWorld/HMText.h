#pragma once

#include "CoreMinimal.h"

/** Texts of the wire: comma-separated numbers in, plain decimals out, and how a refusal is said. */
namespace HMText
{
/** The finite numbers of a token, `Count` of them; false and a message for anything else. No exponents, as everywhere on the wire. */
bool ParseNumbers(const FString& Token, int32 Count, TArray<double>& OutNumbers, FString& OutError);

/** A number with four decimals: a micrometre, or a ten-thousandth of a degree. */
FString Fixed(double Value);

/** The numbers of points or corners, separated by commas. */
FString FixedList(const TArray<double>& Values);

/** The value of a refused call's first reply (see AHMDirector); characters that JSON would escape are replaced. */
FString Refusal(const FString& Message);

/** Whether a text may name an actor: letters, digits, _ and -, at most 100 of them. (The wire would allow . and : too, Unreal does not.) */
bool IsObjectName(const FString& Name);
} // namespace HMText
