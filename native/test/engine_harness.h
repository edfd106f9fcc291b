// What tests of the engine need.
#pragma once

#include "check.h"
#include "engine_commands.h"
