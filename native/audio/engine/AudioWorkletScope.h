// Where AudioWorkletProcessors are called: the AudioWorkletGlobalScope of the rendering thread, if that thread runs
// script. The engine knows it by this interface alone; native/addon implements it.
// https://webaudio.github.io/web-audio-api/#AudioWorkletGlobalScope
#pragma once

#include <cstdint>

namespace mediant::audio {

class AudioWorkletScope {
 public:
  // The scope of this thread, or null.
  static AudioWorkletScope* current() { return slot(); }

  // Makes a scope this thread's for as long as it lives itself.
  class Entry {
   public:
    explicit Entry(AudioWorkletScope& scope) : outer_(slot()) { slot() = &scope; }
    ~Entry() { slot() = outer_; }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    AudioWorkletScope* const outer_;
  };

  enum class Result {
    Failed,    // it threw: [[callable process]] is false from now on
    Inactive,  // the active source flag is false
    Active,
  };

  virtual ~AudioWorkletScope() = default;

  // The way of a node's samples to script and back: the channels of all inputs, then the parameters, then the channels of
  // all outputs, one after the other. Script copies to and from the arrays that its process() gets, and never sees this.
  struct Exchange {
    float* samples = nullptr;
    int processor = kNone;  // the scope's own number

    static constexpr int kNone = -1;
  };

  // Makes an exchange fit `layout`: the number of channels of each input, the length of each parameter, the number of channels
  // of each output. False when the node has no processor to call. Good until the next call for this node.
  virtual bool prepare(int node, const int* layout, int inputs, int params, int outputs, Exchange* exchange) = 0;
  // Calls process() in the quantum that begins at `frame`. Afterwards the outputs' samples are in the exchange.
  virtual Result process(const Exchange& exchange, int64_t frame) = 0;
  // The node is gone.
  virtual void release(int node, Exchange* exchange) = 0;

 private:
  static AudioWorkletScope*& slot() {
    static thread_local AudioWorkletScope* scope = nullptr;
    return scope;
  }
};

}  // namespace mediant::audio
