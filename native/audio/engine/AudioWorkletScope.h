// Where AudioWorkletProcessors are called: the AudioWorkletGlobalScope of the rendering thread, if that thread runs
// script. The engine knows it by this interface alone; native/addon implements it.
// https://webaudio.github.io/web-audio-api/#AudioWorkletGlobalScope
#pragma once

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

  // Gives the memory of the arrays that process() will see: the channels of all inputs, then of all outputs, then the
  // parameters. `layout` holds the number of channels of each input and each output and the length of each parameter.
  // Null when the node has no processor to call. Good until process() returns.
  virtual float* const* arrays(int node, const int* layout, int inputs, int outputs, int params) = 0;
  // Calls process(). `hasOutputs` is set to whether the outputs' memory may be read afterwards: script may transfer it
  // away.
  virtual Result process(int node, bool* hasOutputs) = 0;
  // The node is gone.
  virtual void release(int node) = 0;

 private:
  static AudioWorkletScope*& slot() {
    static thread_local AudioWorkletScope* scope = nullptr;
    return scope;
  }
};

}  // namespace mediant::audio
