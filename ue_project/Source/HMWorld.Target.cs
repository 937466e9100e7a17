using UnrealBuildTool;

public class HMWorldTarget : TargetRules
{
	public HMWorldTarget(TargetInfo Target) : base(Target)
	{
		Type = TargetType.Game;
		// Latest: the project builds with the settings of whichever engine from 5.4 to 5.7 opens it.
		DefaultBuildSettings = BuildSettingsVersion.Latest;
		IncludeOrderVersion = EngineIncludeOrderVersion.Latest;
		ExtraModuleNames.Add("HMWorld");
	}
}
