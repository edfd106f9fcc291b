// Buses: reference-counted blocks of one render quantum of samples, a channel after the other, taken from LIFO pools so
// that the memory written last is the memory written next. Render thread only, but for BusPool::makeSlab().
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "../../base/ZeroedMemory.h"

namespace mediant::audio {

constexpr int kMaxChannels = 32;  // https://webaudio.github.io/web-audio-api/#dom-audionode-channelcount: at least 32

struct BusClass;

struct alignas(64) Bus {
  float* data;
  size_t stride;   // samples from one channel to the next
  BusClass* home;  // null for the silent buses, which are never given back
  Bus* nextFree;
  int32_t references;
  uint8_t channels;
  bool silent;  // every sample is zero; `data` is read-only

  float* channel(int index) { return data + static_cast<size_t>(index) * stride; }
  const float* channel(int index) const { return data + static_cast<size_t>(index) * stride; }
};

// Memory for `capacity` buses of up to `channels` channels. Linked into a chain so that it can be handed over and
// freed.
struct BusSlab {
  BusSlab* next;
  size_t capacity;
  size_t used;  // buses beyond have never been touched, so that memory is paged in only when needed
  int channels;

  // Null when there is no such amount of memory.
  static BusSlab* make(size_t capacity, int channels, size_t stride);
  static void destroy(BusSlab* slab);
  Bus* at(size_t index, size_t stride);
};

struct BusClass {
  Bus* free = nullptr;
  BusSlab* first = nullptr;
  BusSlab* current = nullptr;  // slabs before it are used up
  BusSlab* last = nullptr;
};

class BusPool {
 public:
  static constexpr int kClasses = 6;  // 1, 2, 4, 8, 16, 32 channels

  explicit BusPool(int renderQuantumSize);
  ~BusPool();
  BusPool(const BusPool&) = delete;
  BusPool& operator=(const BusPool&) = delete;

  static int classOf(int channels);
  static size_t strideOf(int renderQuantumSize) { return (static_cast<size_t>(renderQuantumSize) + 15) / 16 * 16; }

  // Takes a slab into use.
  void addSlab(BusSlab* slab);

  // A bus with one reference and undefined samples.
  Bus* allocate(int channels);
  // A bus of zeros; nothing to write to.
  Bus* silence(int channels) {
    Bus* bus = &silent_[channels - 1];
    ++bus->references;
    return bus;
  }

  size_t quantum() const { return quantum_; }
  size_t stride() const { return stride_; }
  size_t inUse() const { return inUse_; }

  static void retain(Bus* bus) { ++bus->references; }
  void release(Bus* bus) {
    if (--bus->references > 0) return;
    bus->nextFree = bus->home->free;
    bus->home->free = bus;
    --inUse_;
  }

 private:
  Bus* firstUseOf(BusClass& busClass, int channels);

  size_t quantum_;
  size_t stride_;
  size_t inUse_ = 0;
  BusClass classes_[kClasses];
  Bus silent_[kMaxChannels];
  ZeroedFloats zeros_;
};

// A bus on its way from an output to an input, with a gain that nobody has multiplied in yet: a GainNode whose gain is
// constant costs no pass over the samples, since summing into the next input applies the factor. Owns one reference.
class Signal {
 public:
  Signal() = default;
  Signal(BusPool& pool, Bus* bus, float gain = 1) : pool_(&pool), bus_(bus), gain_(gain) {}
  Signal(Signal&& other) noexcept : pool_(other.pool_), bus_(std::exchange(other.bus_, nullptr)), gain_(other.gain_) {}
  Signal& operator=(Signal&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(bus_, other.bus_);
    std::swap(gain_, other.gain_);
    return *this;
  }
  ~Signal() { reset(); }

  explicit operator bool() const { return bus_ != nullptr; }
  Signal share() const {
    BusPool::retain(bus_);
    return Signal(*pool_, bus_, gain_);
  }
  void reset() {
    if (bus_) pool_->release(std::exchange(bus_, nullptr));
  }

  int channels() const { return bus_->channels; }
  bool silent() const { return bus_->silent; }
  float gain() const { return gain_; }
  void setGain(float gain) { gain_ = gain; }
  // Whether the samples may be written: nobody else holds them and no gain is pending.
  bool writable() const { return bus_->references == 1 && gain_ == 1 && !bus_->silent; }

  float* channel(int index) { return bus_->channel(index); }
  const float* channel(int index) const { return bus_->channel(index); }
  size_t stride() const { return bus_->stride; }
  size_t quantum() const { return pool_->quantum(); }
  BusPool& pool() const { return *pool_; }

  // Multiplies the pending gain in, in place when nobody else holds the bus.
  void applyGain() {
    if (gain_ != 1) multiplyGainIn();
  }
  // The same, and makes the samples writable.
  void makeWritable();

 private:
  void multiplyGainIn();

  BusPool* pool_ = nullptr;
  Bus* bus_ = nullptr;
  float gain_ = 1;
};

}  // namespace mediant::audio
