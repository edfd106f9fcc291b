export default {
  test: {
    environment: 'jsdom',
    setupFiles: ['./setup.js'],
    include: ['*.spec.js'],
    watch: false,
    fileParallelism: false,
  },
};
