// A batch of packets in memory of script's: bytes, offsets, lengths. The script's half is src/webrtc/packet-batch.ts.
#pragma once

#include <napi.h>

#include <algorithm>
#include <cstring>

#include "net/DatagramSink.h"
#include "net/PacketList.h"

namespace mediant::addon {

// The words of an Int32Array, with their number; null for anything else.
inline std::int32_t* wordsOf(const Napi::Value& value, std::size_t* length) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) return nullptr;
  auto array = value.As<Napi::Int32Array>();
  *length = array.ElementLength();
  return array.Data();
}

// Three arguments: Uint8Array, Int32Array, Int32Array. Without room when they are anything else.
inline net::PacketList packetsOf(const Napi::CallbackInfo& info, std::size_t argument) {
  const Napi::Value bytes = info[argument];
  std::size_t offsets = 0, lengths = 0;
  net::PacketList list;
  list.offsets = wordsOf(info[argument + 1], &offsets);
  list.lengths = wordsOf(info[argument + 2], &lengths);
  if (!bytes.IsTypedArray() || bytes.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) return list;
  auto array = bytes.As<Napi::Uint8Array>();
  list.bytes = array.Data();
  list.capacity = static_cast<std::int64_t>(array.ByteLength());
  list.room = static_cast<int>(std::min(offsets, lengths));
  return list;
}

// How many of the packets from `first` on lie within the bytes.
inline int soundPackets(const net::PacketList& list, int first, int count) {
  if (first < 0 || first >= list.room) return 0;
  count = std::min(count, list.room - first);
  for (int i = first; i < first + count; ++i) {
    if (list.offsets[i] < 0 || list.lengths[i] < 0 || std::int64_t{list.offsets[i]} + list.lengths[i] > list.capacity) return i - first;
  }
  return std::max(count, 0);
}

// Fills a batch from its beginning, a packet close to the other; what has no room is dropped, as a network would.
class BatchSink final : public net::DatagramSink {
 public:
  explicit BatchSink(const net::PacketList& list) : list_(list) {}

  std::uint8_t* reserve(std::size_t length) override {
    const bool hasRoom = count_ < list_.room && static_cast<std::int64_t>(length) <= list_.capacity - used_;
    return hasRoom ? list_.bytes + used_ : nullptr;
  }

  void commit(std::size_t length) override {
    list_.offsets[count_] = static_cast<std::int32_t>(used_);
    list_.lengths[count_++] = static_cast<std::int32_t>(length);
    used_ += static_cast<std::int64_t>(length);
  }

  int count() const { return count_; }

 private:
  const net::PacketList list_;
  int count_ = 0;
  std::int64_t used_ = 0;
};

}  // namespace mediant::addon
