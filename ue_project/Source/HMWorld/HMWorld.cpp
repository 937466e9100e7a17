#include "HMWorld.h"

#include "Modules/ModuleManager.h"

DEFINE_LOG_CATEGORY(LogHMWorld);

IMPLEMENT_PRIMARY_GAME_MODULE(FDefaultGameModuleImpl, HMWorld, "HMWorld");
