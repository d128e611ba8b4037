extension BundleScript {
  /// `faults.py`: asks libxenctrl for a domain's shadow faults.
  static let faults = #"""
    """Prints how many shadow faults Xen has fixed for a domain: faults.py DOMAIN."""
    import ctypes
    import sys

    PEEK = 12


    def library():
        names = ["libxenctrl.so.4.%d" % minor for minor in range(29, 13, -1)]
        for name in names + ["libxenctrl.so"]:
            try:
                return ctypes.CDLL(name)
            except OSError:
                pass
        sys.exit("this machine has no libxenctrl")


    def main():
        xen = library()
        pointer, number, size = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_ulong
        xen.xc_interface_open.restype = pointer
        xen.xc_interface_open.argtypes = [pointer, pointer, number]
        handle = xen.xc_interface_open(None, None, 0)
        if not handle:
            sys.exit("the hypervisor cannot be reached")
        faults = (ctypes.c_uint32 * 2)()
        domain = int(sys.argv[1])
        if hasattr(xen, "xc_logdirty_control"):  # since 4.16
            call = xen.xc_logdirty_control
            call.restype = ctypes.c_longlong
            call.argtypes = [pointer, number, number, pointer, size, number, pointer]
            result = call(handle, domain, PEEK, None, 0, 0, faults)
        else:
            call = xen.xc_shadow_control
            call.restype = ctypes.c_int
            call.argtypes = [
                pointer, number, number, pointer, size, pointer, number, pointer]
            result = call(handle, domain, PEEK, None, 0, None, 0, faults)
        if result < 0:
            sys.exit("Xen does not tell")
        print(faults[0])


    main()

    """#
}
