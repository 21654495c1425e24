/* The part of ELF that the unwinder reads of a loaded module. */
#pragma once

#include <stdint.h>

typedef uint16_t Elf32_Half;
typedef uint32_t Elf32_Addr;
typedef uint16_t Elf64_Half;
typedef uint64_t Elf64_Addr;

typedef struct {
    uint32_t p_type;
    uint32_t p_offset;
    Elf32_Addr p_vaddr;
    Elf32_Addr p_paddr;
    uint32_t p_filesz;
    uint32_t p_memsz;
    uint32_t p_flags;
    uint32_t p_align;
} Elf32_Phdr;

typedef struct {
    uint32_t p_type;
    uint32_t p_flags;
    uint64_t p_offset;
    Elf64_Addr p_vaddr;
    Elf64_Addr p_paddr;
    uint64_t p_filesz;
    uint64_t p_memsz;
    uint64_t p_align;
} Elf64_Phdr;

#define PT_LOAD 1
#define PT_GNU_EH_FRAME 0x6474e550
#define PT_ARM_EXIDX 0x70000001
#define PF_X 1
