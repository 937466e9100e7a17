#include "HMText.h"

namespace HMText
{
namespace
{
constexpr double MaxNumber = 1e9;
constexpr int32 MaxNameLength = 100;
constexpr int32 QuotedLength = 80;
} // namespace

bool ParseNumbers(const FString& Token, int32 Count, TArray<double>& OutNumbers, FString& OutError)
{
	TArray<FString> Parts;
	Token.ParseIntoArray(Parts, TEXT(","), false);
	if (Parts.Num() != Count)
	{
		OutError = FString::Printf(TEXT("Argument Invalid: expected %d numbers, got %d"), Count, Parts.Num());
		return false;
	}
	OutNumbers.Reset(Count);
	for (const FString& Part : Parts)
	{
		const double Value = FCString::Atod(*Part);
		if (!Part.IsNumeric() || !FMath::IsFinite(Value) || FMath::Abs(Value) >= MaxNumber)
		{
			OutError = FString::Printf(TEXT("Argument Invalid: expected comma-separated numbers below 1e9, got %s"), *Part.Left(QuotedLength));
			return false;
		}
		OutNumbers.Add(Value);
	}
	return true;
}

FString Fixed(double Value)
{
	return FString::Printf(TEXT("%.4f"), Value);
}

FString FixedList(const TArray<double>& Values)
{
	TArray<FString> Texts;
	Texts.Reserve(Values.Num());
	for (const double Value : Values)
	{
		Texts.Add(Fixed(Value));
	}
	return FString::Join(Texts, TEXT(","));
}

FString Refusal(const FString& Message)
{
	FString Plain = TEXT("error ") + Message;
	Plain.ReplaceInline(TEXT("\""), TEXT("'"));
	Plain.ReplaceInline(TEXT("\\"), TEXT("/"));
	Plain.ReplaceInline(TEXT("\r"), TEXT(" "));
	Plain.ReplaceInline(TEXT("\n"), TEXT(" "));
	Plain.ReplaceInline(TEXT("\t"), TEXT(" "));
	return Plain;
}

bool IsObjectName(const FString& Name)
{
	if (Name.IsEmpty() || Name.Len() > MaxNameLength)
	{
		return false;
	}
	for (int32 Index = 0; Index < Name.Len(); ++Index)
	{
		const TCHAR Letter = Name[Index];
		const bool bWord = (Letter >= TEXT('a') && Letter <= TEXT('z')) || (Letter >= TEXT('A') && Letter <= TEXT('Z')) ||
			(Letter >= TEXT('0') && Letter <= TEXT('9')) || Letter == TEXT('_');
		if (!bWord && (Letter != TEXT('-') || Index == 0))
		{
			return false;
		}
	}
	return true;
}
} // namespace HMText
