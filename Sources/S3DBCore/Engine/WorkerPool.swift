#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Threads of its own for work that computes or blocks, so that a host's cooperative threads stay free.
///
/// Tasks run on it through `withTaskExecutorPreference`. The threads end when the pool is released.
public final class WorkerPool: TaskExecutor {
    private let queue: JobQueue

    /// Starts `threadCount` threads.
    public init(threadCount: Int) {
        precondition(threadCount > 0, "a pool needs a thread")
        queue = JobQueue()
        for _ in 0..<threadCount { queue.startThread() }
    }

    deinit {
        queue.close()
    }

    /// Runs a job on the next free thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        queue.push(UnownedJob(job), executor: self)
    }
}

/// First in, first out, between any number of threads.
///
/// Unchecked: `jobs` and `isClosed` are touched only between lock and unlock of `mutex`.
private final class JobQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let isReady = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [(UnownedJob, WorkerPool)] = []
    private var head = 0
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(isReady, nil)
    }

    deinit {
        pthread_cond_destroy(isReady)
        pthread_mutex_destroy(mutex)
        isReady.deallocate()
        mutex.deallocate()
    }

    /// Adds a job; the pool is kept until the job has run.
    func push(_ job: UnownedJob, executor: WorkerPool) {
        pthread_mutex_lock(mutex)
        jobs.append((job, executor))
        pthread_cond_signal(isReady)
        pthread_mutex_unlock(mutex)
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(isReady)
        pthread_mutex_unlock(mutex)
    }

    /// The next job, or nil when the queue is closed and empty.
    private func pop() -> (UnownedJob, WorkerPool)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while head == jobs.count && !isClosed { pthread_cond_wait(isReady, mutex) }
        guard head < jobs.count else { return nil }
        let job = jobs[head]
        head += 1
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            head = 0
        }
        return job
    }

    func startThread() {
        let context = Unmanaged.passRetained(self).toOpaque()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, &attributes, { JobQueue.serve($0) }, context)
        precondition(status == 0, "the system has no thread left")
    }

    #if canImport(Darwin)
    private static func serve(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        run(context)
    }
    #else
    private static func serve(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        context.flatMap(run)
    }
    #endif

    private static func run(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let queue = Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue()
        while let (job, pool) = queue.pop() {
            job.runSynchronously(on: pool.asUnownedTaskExecutor())
        }
        return nil
    }
}
