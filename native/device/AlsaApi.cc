#include "device/AlsaApi.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "base/DynamicLibrary.h"

namespace mediant::device::alsa {

namespace {

Functions table;

// The library prints what it can't find or open; absence of a device is ordinary here.
void discardMessage(const char*, int, const char*, int, const char*, ...) {}

bool load() {
  const Symbol symbols[] = {
#define MEDIANT_SYMBOL(field, name) {name, reinterpret_cast<void**>(&table.field)}
      MEDIANT_SYMBOL(pcmOpen, "snd_pcm_open"),
      MEDIANT_SYMBOL(pcmClose, "snd_pcm_close"),
      MEDIANT_SYMBOL(pcmType, "snd_pcm_type"),
      MEDIANT_SYMBOL(pcmSetParams, "snd_pcm_set_params"),
      MEDIANT_SYMBOL(pcmGetParams, "snd_pcm_get_params"),
      MEDIANT_SYMBOL(pcmAvailUpdate, "snd_pcm_avail_update"),
      MEDIANT_SYMBOL(pcmWritei, "snd_pcm_writei"),
      MEDIANT_SYMBOL(pcmRecover, "snd_pcm_recover"),
      MEDIANT_SYMBOL(pcmPrepare, "snd_pcm_prepare"),
      MEDIANT_SYMBOL(pcmDrop, "snd_pcm_drop"),
      MEDIANT_SYMBOL(pcmDelay, "snd_pcm_delay"),
      MEDIANT_SYMBOL(pcmPollDescriptorsCount, "snd_pcm_poll_descriptors_count"),
      MEDIANT_SYMBOL(pcmPollDescriptors, "snd_pcm_poll_descriptors"),
      MEDIANT_SYMBOL(pcmPollDescriptorsRevents, "snd_pcm_poll_descriptors_revents"),
      MEDIANT_SYMBOL(deviceNameHint, "snd_device_name_hint"),
      MEDIANT_SYMBOL(deviceNameGetHint, "snd_device_name_get_hint"),
      MEDIANT_SYMBOL(deviceNameFreeHint, "snd_device_name_free_hint"),
      MEDIANT_SYMBOL(errorSetHandler, "snd_lib_error_set_handler"),
#undef MEDIANT_SYMBOL
  };
  if (!openLibrary("libasound.so.2", symbols, sizeof symbols / sizeof *symbols)) return false;
  table.errorSetHandler(discardMessage);
  return true;
}

bool hasPlaybackDevice() {
  DIR* entries = opendir("/dev/snd");
  if (entries == nullptr) return false;
  bool found = false;
  while (const dirent* entry = found ? nullptr : readdir(entries)) {
    const std::size_t length = std::strlen(entry->d_name);
    found = std::strncmp(entry->d_name, "pcm", 3) == 0 && entry->d_name[length - 1] == 'p';
  }
  closedir(entries);
  return found;
}

bool exists(const std::string& path) { return access(path.c_str(), R_OK) == 0; }

}  // namespace

const Functions* functions() {
  static const bool loaded = load();
  return loaded ? &table : nullptr;
}

bool deviceIsLikely() {
  if (hasPlaybackDevice() || std::getenv("ALSA_CONFIG_PATH") != nullptr || exists("/etc/asound.conf")) return true;
  const char* home = std::getenv("HOME");
  return home != nullptr && (exists(std::string(home) + "/.asoundrc") || exists(std::string(home) + "/.config/alsa/asoundrc"));
}

}  // namespace mediant::device::alsa
