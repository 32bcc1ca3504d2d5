/// One call's work of a decoder: compressed bytes to take, and memory to fill.
struct DecodeStep {
    /// The compressed bytes at hand.
    let input: UnsafeRawBufferPointer
    /// The memory that content goes to. Never at address nil, so that C libraries accept it when it is empty.
    let room: UnsafeMutableRawBufferPointer
    /// How many bytes of `input` are taken.
    var used = 0
    /// How many bytes of `room` are filled.
    var written = 0

    init(input: UnsafeRawBufferPointer, room: UnsafeMutableRawBufferPointer) {
        self.input = input
        self.room = room
    }

    /// What is left of `input`.
    var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: input[used...]) }

    /// What is left of `room`.
    var free: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: room[written...]) }
}

extension UnsafeRawBufferPointer {
    /// The first byte's address, or for no bytes an address that must not be read: C libraries refuse null even
    /// where the length is 0.
    var address: UnsafePointer<UInt8> {
        guard let baseAddress else { return UnsafePointer(bitPattern: 64).unsafelyUnwrapped }
        return baseAddress.assumingMemoryBound(to: UInt8.self)
    }

    /// The same address for the C interfaces that forgot `const`; they do not write to it.
    var mutableAddress: UnsafeMutablePointer<UInt8> { UnsafeMutablePointer(mutating: address) }
}

extension UnsafeMutableRawBufferPointer {
    /// The first byte's address, or for no bytes an address that must not be used.
    var address: UnsafeMutablePointer<UInt8> {
        guard let baseAddress else { return UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped }
        return baseAddress.assumingMemoryBound(to: UInt8.self)
    }
}
