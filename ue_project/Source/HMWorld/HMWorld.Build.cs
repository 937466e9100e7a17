using System.IO;
using UnrealBuildTool;

public class HMWorld : ModuleRules
{
	public HMWorld(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		PublicDependencyModuleNames.AddRange(new[] { "Core", "CoreUObject", "Engine" });
		// UnrealCV is not here on purpose: it is reached by reflection (HMSensors, HMAnnotation), so that its headers may change.
		PrivateDependencyModuleNames.AddRange(new[] { "Json", "RHI", "RenderCore" });

		// The commit of UnrealCV that Scripts/fetch_unrealcv fetches; it is part of the build that Capabilities answers.
		string Pin = Path.Combine(Target.ProjectFile.Directory.FullName, "Plugins", "UNREALCV_COMMIT");
		ExternalDependencies.Add(Pin);
		PrivateDefinitions.Add("HMWORLD_UNREALCV_COMMIT=\"" + File.ReadAllText(Pin).Trim() + "\"");
	}
}
