#ifndef STRALLOC_H
#define STRALLOC_H

typedef struct stralloc { char *s; unsigned int len; unsigned int a; } stralloc;

extern int stralloc_copys();
extern int stralloc_cats();
extern int stralloc_append();
extern int stralloc_0();

#endif
