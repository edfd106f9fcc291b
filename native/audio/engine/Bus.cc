#include "Bus.h"

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

constexpr std::align_val_t kAlignment{64};
constexpr size_t kAlignedFloats = static_cast<size_t>(kAlignment) / sizeof(float);

size_t slotSize(int channels, size_t stride) { return sizeof(Bus) + static_cast<size_t>(channels) * stride * sizeof(float); }
constexpr size_t kSlabHeader = 64;

}  // namespace

static_assert(sizeof(Bus) == 64, "a bus header is one cache line ahead of its samples");
static_assert(sizeof(BusSlab) <= kSlabHeader, "slab header");

BusSlab* BusSlab::make(size_t capacity, int channels, size_t stride) {
  void* memory = ::operator new(kSlabHeader + capacity * slotSize(channels, stride), kAlignment, std::nothrow);
  return memory == nullptr ? nullptr : new (memory) BusSlab{nullptr, capacity, 0, channels};
}

void BusSlab::destroy(BusSlab* slab) { ::operator delete(slab, kAlignment); }

Bus* BusSlab::at(size_t index, size_t stride) {
  return reinterpret_cast<Bus*>(reinterpret_cast<char*>(this) + kSlabHeader + index * slotSize(channels, stride));
}

int BusPool::classOf(int channels) {
  int index = 0;
  while ((1 << index) < channels) ++index;
  return index;
}

BusPool::BusPool(int renderQuantumSize)
    : quantum_(static_cast<size_t>(renderQuantumSize)),
      stride_(strideOf(renderQuantumSize)),
      zeros_(makeZeroedFloats(stride_ + kAlignedFloats)) {
  void* aligned = zeros_.get();
  size_t space = (stride_ + kAlignedFloats) * sizeof(float);
  float* zeros = static_cast<float*>(std::align(static_cast<size_t>(kAlignment), stride_ * sizeof(float), aligned, space));
  for (int i = 0; i < kMaxChannels; ++i) {
    silent_[i] = Bus{zeros, 0, nullptr, nullptr, 1, static_cast<uint8_t>(i + 1), true};
  }
}

BusPool::~BusPool() {
  for (BusClass& busClass : classes_) {
    for (BusSlab* slab = busClass.first; slab;) {
      BusSlab* next = slab->next;
      BusSlab::destroy(slab);
      slab = next;
    }
  }
}

void BusPool::addSlab(BusSlab* slab) {
  BusClass& busClass = classes_[classOf(slab->channels)];
  (busClass.last ? busClass.last->next : busClass.first) = slab;
  busClass.last = slab;
  if (!busClass.current) busClass.current = slab;
}

Bus* BusPool::allocate(int channels) {
  BusClass& busClass = classes_[classOf(channels)];
  Bus* bus = busClass.free;
  if (bus) {
    busClass.free = bus->nextFree;
  } else {
    bus = firstUseOf(busClass, channels);
  }
  bus->references = 1;
  bus->channels = static_cast<uint8_t>(channels);
  bus->silent = false;
  ++inUse_;
  return bus;
}

Bus* BusPool::firstUseOf(BusClass& busClass, int channels) {
  while (busClass.current && busClass.current->used == busClass.current->capacity) busClass.current = busClass.current->next;
  if (!busClass.current) {
    assert(!"the graph's bound on buses in use is wrong");
    BusSlab* slab = BusSlab::make(1, 1 << classOf(channels), stride_);
    if (slab == nullptr) std::abort();
    addSlab(slab);
    busClass.current = slab;
  }
  Bus* bus = new (busClass.current->at(busClass.current->used++, stride_)) Bus{};
  bus->home = &busClass;
  bus->stride = stride_;
  bus->data = reinterpret_cast<float*>(bus + 1);
  return bus;
}

void Signal::multiplyGainIn() {
  if (bus_->silent) {
    gain_ = 1;
    return;
  }
  const size_t samples = bus_->channels * bus_->stride;
  if (bus_->references == 1) {
    kernels().scale(bus_->data, bus_->data, gain_, samples);
  } else {
    Bus* scaled = pool_->allocate(bus_->channels);
    kernels().scale(scaled->data, bus_->data, gain_, samples);
    pool_->release(bus_);
    bus_ = scaled;
  }
  gain_ = 1;
}

void Signal::makeWritable() {
  if (writable()) return;
  Bus* copy = pool_->allocate(bus_->channels);
  if (bus_->silent) {
    std::memset(copy->data, 0, copy->channels * copy->stride * sizeof(float));
  } else if (bus_->references == 1) {
    pool_->release(copy);
    applyGain();
    return;
  } else {
    kernels().scale(copy->data, bus_->data, gain_, copy->channels * copy->stride);
  }
  pool_->release(bus_);
  bus_ = copy;
  gain_ = 1;
}

}  // namespace mediant::audio
