// Marks the extent of render-thread code, so that debug builds can trap allocation inside it (see native/test).
#pragma once

namespace mediant {

class RenderThreadScope {
 public:
  RenderThreadScope() { ++depth(); }
  ~RenderThreadScope() { --depth(); }
  RenderThreadScope(const RenderThreadScope&) = delete;
  RenderThreadScope& operator=(const RenderThreadScope&) = delete;

  static bool active() { return depth() > 0; }

 private:
  static int& depth() {
    static thread_local int depth = 0;
    return depth;
  }
};

}  // namespace mediant
