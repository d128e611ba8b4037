// The 32-bit guests' instructions that may fault. A fault at one of them ends at label 1 behind it.

#define IDT_ENTRY 8
#define WATCHED(...) \
        movl %esp, sb_stack; \
        movl $1f, sb_resume; \
        __VA_ARGS__; \
1:      movl $0, sb_resume

        .section .hot, "ax"
        .code32
        .global main
main:
        mov $stack_top, %esp
        lgdt descriptor_pointer
        mov $0x23, %eax         // good for rings 0 and 3: a return to ring 3 keeps it
        mov %eax, %ds
        mov %eax, %es
        pushl $0
        pushl $0
        pushl $0
        pushl start_info
        call sb_main
2:      hlt
        jmp 2b

        .global sb_read, sb_write, sb_keep, sb_write_entry, sb_load_root, sb_invalidate
sb_read:                        // (address) -> the word there
        movl 4(%esp), %ecx
        WATCHED(movl (%ecx), %eax)
        ret
sb_write:                       // (address, word)
        movl 4(%esp), %ecx
        movl 8(%esp), %edx
        WATCHED(movl %edx, (%ecx))
        ret
sb_keep:                        // (address): writes what is there
        movl 4(%esp), %ecx
        WATCHED(orl $0, (%ecx))
        ret
sb_write_entry:                 // (address, low word, high word)
        movl 4(%esp), %ecx
        movl 8(%esp), %edx
#if defined(PAE)
        movl 12(%esp), %eax
        WATCHED(movl %edx, (%ecx); movl %eax, 4(%ecx))
#else
        WATCHED(movl %edx, (%ecx))
#endif
        ret
sb_load_root:                   // (value of CR3)
        movl 4(%esp), %eax
        movl %eax, %cr3
        ret
sb_invalidate:                  // (address)
        movl 4(%esp), %eax
        invlpg (%eax)
        ret

        .global sb_take
sb_take:                        // (address in the stream, where its 16 bytes go)
        movl 4(%esp), %ecx
        movl 8(%esp), %edx
        movl (%ecx), %eax
        movl %eax, (%edx)
        movl 4(%ecx), %eax
        movl %eax, 4(%edx)
        movl 8(%ecx), %eax
        movl %eax, 8(%edx)
        movl 12(%ecx), %eax
        movl %eax, 12(%edx)
        ret

        .global sb_read_user, sb_write_user, sb_keep_user
sb_read_user:                   // as sb_read, from ring 3
        movl $read_in_ring_3, %eax
        jmp 3f
sb_keep_user:                   // as sb_keep, from ring 3
        movl $keep_in_ring_3, %eax
        jmp 3f
sb_write_user:                  // as sb_write, from ring 3
        movl $write_in_ring_3, %eax
3:      movl 4(%esp), %ecx
        movl 8(%esp), %edx
        movl %esp, sb_stack
        movl $4f, sb_resume
        pushl $0x23
        pushl $user_stack_top
        pushl $2
        pushl $0x1b
        pushl %eax
        iretl
4:      movl $0, sb_resume
        ret
read_in_ring_3:
        movl (%ecx), %eax
        int $0x80
keep_in_ring_3:
        orl $0, (%ecx)
        int $0x80
write_in_ring_3:
        movl %edx, (%ecx)
        int $0x80

        .global sb_page_fault, sb_back
sb_page_fault:
        cmpl $0, sb_resume
        je unexpected_page_fault
        movl $1, sb_faulted
sb_back:                        // from ring 3, by int $0x80, or from a fault
        movl sb_stack, %esp
        jmp *sb_resume
unexpected_page_fault:
        pushl $14
        jmp sb_unexpected

        .global sb_out, sb_clock, sb_fault_address, sb_stop
sb_out:                         // (byte), to Xen's console
        movl 4(%esp), %eax
        outb %al, $0xe9
        ret
sb_clock:                       // -> the time stamp counter
        rdtsc
        ret
sb_fault_address:
        movl %cr2, %eax
        ret
sb_stop:
        cli
        hlt
        jmp sb_stop

        .global sb_load_descriptors
sb_load_descriptors:            // IDT and task register
        lidt idt_pointer
        mov $0x28, %eax
        ltr %ax
        ret

        .text
        .global sb_handlers
        .align 8
sb_handlers:                    // one of 8 bytes for each of the first 32 vectors
        .set vector, 0
        .rept 32
        .align 8
        pushl $vector
        jmp sb_unexpected
        .set vector, vector + 1
        .endr
sb_unexpected:                  // the vector is on top, an error code perhaps below
        popl %eax
        movl (%esp), %ecx
        movl 4(%esp), %edx
        pushl $0
        pushl %edx
        pushl %ecx
        pushl %eax
        call sb_exception
        jmp sb_stop
