// Takes datagrams, one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace mediant::net {

class DatagramSink {
 public:
  // A place for up to `length` bytes; null where there is none left, and the datagram is dropped, as a network would.
  virtual std::uint8_t* reserve(std::size_t length) = 0;
  // The first `length` bytes of the place reserved last are a datagram.
  virtual void commit(std::size_t length) = 0;

  void push(const std::uint8_t* datagram, std::size_t length) {
    std::uint8_t* place = reserve(length);
    if (place == nullptr) return;
    std::memcpy(place, datagram, length);
    commit(length);
  }

 protected:
  ~DatagramSink() = default;
};

// Keeps each in memory of its own.
class DatagramList final : public DatagramSink {
 public:
  std::vector<std::vector<std::uint8_t>> datagrams;

  std::uint8_t* reserve(std::size_t length) override {
    place_.resize(length);
    return place_.data();
  }
  void commit(std::size_t length) override { datagrams.emplace_back(place_.begin(), place_.begin() + static_cast<std::ptrdiff_t>(length)); }

 private:
  std::vector<std::uint8_t> place_;
};

}  // namespace mediant::net
