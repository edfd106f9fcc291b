// A batch of packets in memory of script's: bytes, and a table with a row each. The script's half is src/webrtc/PacketBatch.ts.
#pragma once

#include <napi.h>

#include <algorithm>
#include <cstring>

#include "net/DatagramSink.h"
#include "net/PacketTable.h"

namespace mediant::addon {

struct PacketBatch {
  std::uint8_t* bytes = nullptr;
  std::size_t capacity = 0;
  std::int32_t* table = nullptr;
  int rows = 0;

  // Two arguments: Uint8Array, Int32Array. Empty when they are anything else.
  static PacketBatch of(const Napi::Value& bytes, const Napi::Value& table) {
    PacketBatch batch;
    if (!bytes.IsTypedArray() || !table.IsTypedArray()) return batch;
    auto array = bytes.As<Napi::Uint8Array>();
    auto rows = table.As<Napi::Int32Array>();
    if (array.TypedArrayType() != napi_uint8_array || rows.TypedArrayType() != napi_int32_array) return batch;
    batch.bytes = array.Data();
    batch.capacity = array.ByteLength();
    batch.table = rows.Data();
    batch.rows = static_cast<int>(rows.ElementLength() / net::kPacketWords);
    return batch;
  }

  std::int32_t* row(int index) const { return table + static_cast<std::size_t>(index) * net::kPacketWords; }

  // How many of the rows from `first` on lie within the bytes.
  int sound(int first, int count) const {
    if (first < 0 || first >= rows) return 0;
    count = std::min(count, rows - first);
    for (int i = 0; i < count; ++i) {
      const std::int32_t* words = row(first + i);
      const std::int64_t offset = words[net::kPacketOffset], length = words[net::kPacketLength];
      if (offset < 0 || length < 0 || offset + length > static_cast<std::int64_t>(capacity)) return i;
    }
    return std::max(count, 0);
  }
};

// Fills a batch from its beginning; what has no room is dropped, as a network would.
class BatchSink final : public net::DatagramSink {
 public:
  explicit BatchSink(const PacketBatch& batch) : batch_(batch) {}

  void push(const std::uint8_t* datagram, std::size_t length) override {
    if (count_ >= batch_.rows || length > batch_.capacity - used_) return;
    std::int32_t* row = batch_.row(count_++);
    row[net::kPacketOffset] = static_cast<std::int32_t>(used_);
    row[net::kPacketLength] = static_cast<std::int32_t>(length);
    std::memcpy(batch_.bytes + used_, datagram, length);
    used_ += length;
  }

  int count() const { return count_; }

 private:
  const PacketBatch batch_;
  int count_ = 0;
  std::size_t used_ = 0;
};

}  // namespace mediant::addon
