#include "device/PulseApi.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/DynamicLibrary.h"

namespace mediant::device::pulse {

namespace {

Functions table;

bool load() {
  const Symbol symbols[] = {
#define MEDIANT_SYMBOL(field, name) {name, reinterpret_cast<void**>(&table.field)}
      MEDIANT_SYMBOL(mainloopNew, "pa_mainloop_new"),
      MEDIANT_SYMBOL(mainloopFree, "pa_mainloop_free"),
      MEDIANT_SYMBOL(mainloopGetApi, "pa_mainloop_get_api"),
      MEDIANT_SYMBOL(mainloopPrepare, "pa_mainloop_prepare"),
      MEDIANT_SYMBOL(mainloopPoll, "pa_mainloop_poll"),
      MEDIANT_SYMBOL(mainloopDispatch, "pa_mainloop_dispatch"),
      MEDIANT_SYMBOL(contextNew, "pa_context_new"),
      MEDIANT_SYMBOL(contextConnect, "pa_context_connect"),
      MEDIANT_SYMBOL(contextGetState, "pa_context_get_state"),
      MEDIANT_SYMBOL(contextErrno, "pa_context_errno"),
      MEDIANT_SYMBOL(contextDisconnect, "pa_context_disconnect"),
      MEDIANT_SYMBOL(contextUnref, "pa_context_unref"),
      MEDIANT_SYMBOL(contextGetServerInfo, "pa_context_get_server_info"),
      MEDIANT_SYMBOL(contextGetSinkInfoList, "pa_context_get_sink_info_list"),
      MEDIANT_SYMBOL(operationGetState, "pa_operation_get_state"),
      MEDIANT_SYMBOL(operationUnref, "pa_operation_unref"),
      MEDIANT_SYMBOL(streamNew, "pa_stream_new"),
      MEDIANT_SYMBOL(streamConnectPlayback, "pa_stream_connect_playback"),
      MEDIANT_SYMBOL(streamGetState, "pa_stream_get_state"),
      MEDIANT_SYMBOL(streamWritableSize, "pa_stream_writable_size"),
      MEDIANT_SYMBOL(streamBeginWrite, "pa_stream_begin_write"),
      MEDIANT_SYMBOL(streamWrite, "pa_stream_write"),
      MEDIANT_SYMBOL(streamCork, "pa_stream_cork"),
      MEDIANT_SYMBOL(streamGetTime, "pa_stream_get_time"),
      MEDIANT_SYMBOL(streamGetLatency, "pa_stream_get_latency"),
      MEDIANT_SYMBOL(streamGetBufferAttributes, "pa_stream_get_buffer_attr"),
      MEDIANT_SYMBOL(streamSetUnderflowCallback, "pa_stream_set_underflow_callback"),
      MEDIANT_SYMBOL(streamDisconnect, "pa_stream_disconnect"),
      MEDIANT_SYMBOL(streamUnref, "pa_stream_unref"),
#undef MEDIANT_SYMBOL
  };
  return openLibrary("libpulse.so.0", symbols, sizeof symbols / sizeof *symbols);
}

bool isSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool isSocket(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode);
}

bool namesServer(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return false;
  char line[1024];
  bool found = false;
  while (!found && std::fgets(line, sizeof line, file) != nullptr) {
    const char* text = line + std::strspn(line, " \t");
    found = std::strncmp(text, "default-server", 14) == 0;
  }
  std::fclose(file);
  return found;
}

template <typename Visit>
bool anyEntry(const std::string& directory, const char* suffix, Visit visit) {
  DIR* entries = opendir(directory.c_str());
  if (entries == nullptr) return false;
  bool found = false;
  const std::size_t suffixLength = std::strlen(suffix);
  while (const dirent* entry = found ? nullptr : readdir(entries)) {
    const std::size_t length = std::strlen(entry->d_name);
    if (length < suffixLength || std::strcmp(entry->d_name + length - suffixLength, suffix) != 0) continue;
    found = visit(directory + "/" + entry->d_name);
  }
  closedir(entries);
  return found;
}

}  // namespace

const Functions* functions() {
  static const bool loaded = load();
  return loaded ? &table : nullptr;
}

bool serverIsLikely() {
  // An X server can carry the name of a sound server as a property of its root window.
  if (isSet("PULSE_SERVER") || isSet("DISPLAY")) return true;
  if (isSet("PULSE_RUNTIME_PATH") && isSocket(std::string(std::getenv("PULSE_RUNTIME_PATH")) + "/native")) return true;
  if (isSet("XDG_RUNTIME_DIR") && isSocket(std::string(std::getenv("XDG_RUNTIME_DIR")) + "/pulse/native")) return true;
  if (isSocket("/run/user/" + std::to_string(getuid()) + "/pulse/native")) return true;
  if (isSocket("/run/pulse/native") || isSocket("/var/run/pulse/native")) return true;
  if (isSet("PULSE_CLIENTCONFIG") && namesServer(std::getenv("PULSE_CLIENTCONFIG"))) return true;
  if (namesServer("/etc/pulse/client.conf") || anyEntry("/etc/pulse/client.conf.d", ".conf", namesServer)) return true;
  if (!isSet("HOME")) return false;
  const std::string home = std::string(std::getenv("HOME")) + "/.config/pulse";
  return namesServer(home + "/client.conf") ||
         anyEntry(home, "-runtime", [](const std::string& path) { return isSocket(path + "/native"); });
}

}  // namespace mediant::device::pulse
