export default {
  test: {
    setupFiles: ['./setup.js'],
    include: ['*.spec.js'],
    watch: false,
    fileParallelism: false,
  },
};
