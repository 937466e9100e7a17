// Declarations for tests, written by hmworld: what ue_project uses of Unreal's core (texts, containers, maths, files), as far as it is
// used. Nothing here does anything; see README.md in this folder for what compiling against it proves.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <utility>

using int32 = std::int32_t;
using uint32 = std::uint32_t;
using uint8 = std::uint8_t;
using uint16 = std::uint16_t;
using TCHAR = char16_t;

#define HM_TEXT(Literal) u##Literal
#define TEXT(Literal) HM_TEXT(Literal)
#ifndef WITH_EDITOR
#define WITH_EDITOR 1
#endif
#define UE_PI (3.1415926535897932f)
constexpr int32 INDEX_NONE = -1;
enum EForceInit { ForceInit };

template <typename T>
std::remove_reference_t<T>&& MoveTemp(T&& Value) { return static_cast<std::remove_reference_t<T>&&>(Value); }

// -- Containers ------------------------------------------------------------------------------------------------------

template <typename T>
class TArray
{
public:
	TArray() = default;
	TArray(std::initializer_list<T>);
	int32 Num() const;
	void Reserve(int32);
	void Reset(int32 = 0);
	int32 Add(const T&);
	void Append(std::initializer_list<T>);
	T Pop();
	bool Contains(const T&) const;
	T& operator[](int32);
	const T& operator[](int32) const;
	T* begin();
	T* end();
	const T* begin() const;
	const T* end() const;
};

template <typename T>
class TIndirectArray
{
public:
	int32 Num() const;
	T& operator[](int32);
};

template <typename K, typename V>
struct TPair
{
	K Key;
	V Value;
};

template <typename K, typename V>
class TMap
{
public:
	TMap() = default;
	TMap(std::initializer_list<TPair<K, V>>);
	void Reset();
	V* Find(const K&);
	const V* Find(const K&) const;
	V& Add(const K&, V&&);
	V& Add(const K&, const V&);
	V FindRef(const K&) const;
	bool Contains(const K&) const;
	int32 GetKeys(TArray<K>&) const;
	const TPair<K, V>* begin() const;
	const TPair<K, V>* end() const;
	struct TIterator
	{
		explicit operator bool() const;
		void operator++();
		const K& Key() const;
		void RemoveCurrent();
	};
	TIterator CreateIterator();
};

// -- Texts -----------------------------------------------------------------------------------------------------------

template <typename T>
constexpr bool TIsPrintable = std::is_arithmetic_v<T> || std::is_same_v<T, const TCHAR*>;

class FString
{
public:
	FString() = default;
	FString(const TCHAR*);
	const TCHAR* operator*() const;
	TCHAR operator[](int32) const;
	int32 Len() const;
	bool IsEmpty() const;
	bool IsNumeric() const;
	void Empty();
	FString Left(int32) const;
	int32 ParseIntoArray(TArray<FString>&, const TCHAR*, bool bCullEmpty) const;
	int32 ReplaceInline(const TCHAR*, const TCHAR*);
	static FString FromInt(int32);
	static FString Join(const TArray<FString>&, const TCHAR*);
	template <typename... T>
	static FString Printf(const TCHAR*, T...)
	{
		static_assert((TIsPrintable<T> && ...), "Printf takes numbers and const TCHAR*");
		return FString();
	}
};
FString operator+(const TCHAR*, const FString&);
bool operator==(const FString&, const FString&);
bool operator==(const FString&, const TCHAR*);
bool operator!=(const FString&, const TCHAR*);
bool operator!=(const FString&, const FString&);

class FName
{
public:
	FName() = default;
	explicit FName(const TCHAR*);
	FString ToString() const;
};

struct FCString
{
	static double Atod(const TCHAR*);
	static int32 Atoi(const TCHAR*);
	static int32 Strcmp(const TCHAR*, const TCHAR*);
};

// -- Maths -----------------------------------------------------------------------------------------------------------

struct FMath
{
	static bool IsFinite(double);
	static double FloorToDouble(double);
	static double Log2(double);
	template <typename T> static T Abs(T);
	template <typename T> static T Min(T, T);
	template <typename T> static T Max(T, T);
	template <typename T> static T Max3(T, T, T);
};

struct FVector3f
{
	float X, Y, Z;
};

struct FVector
{
	double X, Y, Z;
	FVector() = default;
	explicit FVector(double);
	explicit FVector(const FVector3f&);
	FVector(double, double, double);
	static const FVector ZeroVector;
};

struct FRotator
{
	double Pitch, Yaw, Roll;
	FRotator() = default;
	FRotator(double, double, double);
	static const FRotator ZeroRotator;
};

struct FMatrix44f
{
	float M[4][4];
};

struct FTransform
{
	FTransform() = default;
	FTransform(const FRotator&, const FVector&);
	FVector TransformPosition(const FVector&) const;
	FVector InverseTransformPosition(const FVector&) const;
};

struct FBox
{
	FVector Min, Max;
	FBox() = default;
	explicit FBox(EForceInit);
	FBox& operator+=(const FVector&);
};

struct FIntPoint
{
	int32 X, Y;
	FIntPoint(int32, int32);
};

struct FIntRect
{
	FIntPoint Min, Max;
	FIntRect();
	FIntRect(int32, int32, int32, int32);
	FIntRect(FIntPoint, FIntPoint);
};

struct FColor
{
	uint8 B, G, R, A;
};

struct FLinearColor
{
	float R, G, B, A;
	FLinearColor() = default;
	FLinearColor(float, float, float, float = 1.0f);
	FColor ToFColor(bool bSRGB) const;
	static const FLinearColor White;
};

// -- Pointers --------------------------------------------------------------------------------------------------------

template <typename T>
class TSharedPtr
{
public:
	bool IsValid() const;
	T* operator->() const;
	T& operator*() const;
};

template <typename T>
class TSharedRef
{
public:
	T* operator->() const;
};

template <typename T>
class TObjectPtr
{
public:
	TObjectPtr() = default;
	TObjectPtr(std::nullptr_t);
	TObjectPtr(T*);
	operator T*() const;
	T* operator->() const;
	T& operator*() const;
};

template <typename T>
class TWeakObjectPtr
{
public:
	TWeakObjectPtr() = default;
	TWeakObjectPtr(T*);
	template <typename U> explicit TWeakObjectPtr(U*);
	TWeakObjectPtr& operator=(T*);
	bool IsValid() const;
	void Reset();
	T* operator->() const;
};

// -- Log, module, files, JSON ----------------------------------------------------------------------------------------

namespace HMLogVerbosity { enum Type { Error, Warning, Log, Verbose, All }; }
template <typename... T>
void HMLog(HMLogVerbosity::Type, const TCHAR*, T...) { static_assert((TIsPrintable<T> && ...), "UE_LOG takes numbers and const TCHAR*"); }
struct FHMLogCategory {};
#define DECLARE_LOG_CATEGORY_EXTERN(Name, Default, Most) extern FHMLogCategory Name
#define DEFINE_LOG_CATEGORY(Name) FHMLogCategory Name
#define UE_LOG(Name, Level, ...) do { (void)Name; HMLog(HMLogVerbosity::Level, __VA_ARGS__); } while (false)
class FDefaultGameModuleImpl {};
#define IMPLEMENT_PRIMARY_GAME_MODULE(Class, Module, Game) Class HM##Module

struct FPaths
{
	static FString ProjectContentDir();
	template <typename... T> static FString Combine(const FString&, const T&...);
};
struct FFileHelper { static bool LoadFileToString(FString&, const TCHAR*); };
struct FPackageName { static bool DoesPackageExist(const FString&); };
struct FEngineVersion
{
	static const FEngineVersion& Current();
	FString ToString() const;
};
struct FConfigCacheIni { bool GetString(const TCHAR*, const TCHAR*, FString&, const FString&); };
extern FConfigCacheIni* GConfig;
extern FString GGameIni;

class FJsonObject;
class FJsonValue
{
public:
	FString AsString() const;
	bool TryGetObject(const TSharedPtr<FJsonObject>*&) const;
};
class FJsonObject
{
public:
	TMap<FString, TSharedPtr<FJsonValue>> Values;
	bool TryGetNumberField(const FString&, double&) const;
	bool TryGetStringField(const FString&, FString&) const;
	bool TryGetArrayField(const FString&, const TArray<TSharedPtr<FJsonValue>>*&) const;
	bool TryGetObjectField(const FString&, const TSharedPtr<FJsonObject>*&) const;
};
template <typename CharType = TCHAR> class TJsonReader {};
template <typename CharType = TCHAR> struct TJsonReaderFactory { static TSharedRef<TJsonReader<CharType>> Create(const FString&); };
struct FJsonSerializer { static bool Deserialize(const TSharedRef<TJsonReader<TCHAR>>&, TSharedPtr<FJsonObject>&); };
