// What travels between the halves of the engine: batches of messages down, returned objects up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace mediant::audio {

class Graph;
class Renderer;

// Something that the render thread sends to the control thread.
class Returned {
 public:
  virtual ~Returned() = default;
  // Control thread. The object may delete itself.
  virtual void onReturned(Graph& graph) = 0;

  Returned* nextInHandoff = nullptr;
};

// One change to the render half. Applied once on the render thread and destroyed on the control thread, with everything
// that applying it has put in the place of what it brought.
class Message {
 public:
  virtual ~Message() = default;
  virtual void apply(Renderer& renderer) = 0;

  Message* next = nullptr;
};

// The messages that are applied together at one render quantum boundary, in one growing block of memory.
class Batch final : public Returned {
 public:
  explicit Batch(uint64_t serial) : serial(serial) {}
  ~Batch() override {
    for (Message* message = first_; message;) {
      Message* next = message->next;
      message->~Message();
      message = next;
    }
  }

  // Control thread: `call` is invoked with the Renderer, or without argument, on the render thread. It may be mutable
  // and own things: what it holds afterwards is destroyed on the control thread.
  template <typename Call>
  void post(Call&& call) {
    using Stored = CallMessage<std::decay_t<Call>>;
    append(new (allocate(sizeof(Stored), alignof(Stored))) Stored(std::forward<Call>(call)));
  }

  void apply(Renderer& renderer) {
    for (Message* message = first_; message; message = message->next) message->apply(renderer);
  }

  bool empty() const { return first_ == nullptr; }
  void onReturned(Graph&) override { delete this; }

  const uint64_t serial;  // 0: made by the graph itself

 private:
  template <typename Call>
  class CallMessage final : public Message {
   public:
    explicit CallMessage(Call&& call) : call_(std::move(call)) {}
    explicit CallMessage(const Call& call) : call_(call) {}
    void apply(Renderer& renderer) override {
      if constexpr (std::is_invocable_v<Call&, Renderer&>) {
        call_(renderer);
      } else {
        call_();
      }
    }

   private:
    Call call_;
  };

  void append(Message* message) {
    (last_ ? last_->next : first_) = message;
    last_ = message;
  }

  void* allocate(size_t size, size_t alignment) {
    size_t start = (used_ + alignment - 1) / alignment * alignment;
    if (blocks_.empty() || start + size > capacity_) {
      capacity_ = capacity_ == 0 ? 512 : capacity_ < 65536 ? capacity_ * 2 : capacity_;
      if (capacity_ < size) capacity_ = size;
      blocks_.emplace_back(new std::max_align_t[(capacity_ + sizeof(std::max_align_t) - 1) / sizeof(std::max_align_t)]);
      start = 0;
    }
    used_ = start + size;
    return reinterpret_cast<char*>(blocks_.back().get()) + start;
  }

  std::vector<std::unique_ptr<std::max_align_t[]>> blocks_;
  size_t capacity_ = 0;
  size_t used_ = 0;
  Message* first_ = nullptr;
  Message* last_ = nullptr;
};

}  // namespace mediant::audio
