// Lends the memory of typed arrays to an engine.
#pragma once

#include <napi.h>

#include <vector>

#include "audio/engine/Engine.h"

namespace mediant::addon {

// Fills `attachments` from an array of Float32Arrays. Each keeps its array alive until the engine releases it.
void lend(Napi::Env env, const Napi::Array& arrays, std::vector<audio::Attachment>& attachments);

}  // namespace mediant::addon
